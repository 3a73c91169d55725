//! Files that are read in windows.

/// Returns an authority of more than 16 MiB with a wrong metric in the router of this number.
pub(crate) fn authority(faulty: Option<usize>) -> String {
    let router = |number: usize| {
        let metric = if faulty == Some(number) { "\"é\"" } else { "5" };
        let description = "x".repeat(17_000);
        format!(
            "{{\"name\": \"r{number}\", \"description\": \"{description}\", \"node\": [{{\"name\": \"n\", \"asset-id\": \"a{number}\"}}], \
             \"loopback-static-routes\": {{\"static-route\": [{{\"address\": \"192.0.2.1/32\", \"metric\": {metric}}}]}}}}"
        )
    };
    let routers: Vec<String> = (0..1000).map(router).collect();
    format!("{{\"router\": [\n{}\n]}}\n", routers.join(",\n"))
}
