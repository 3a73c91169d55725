//! The colours of `git diff`.

/// Adds colours to text, if the reader wants them.
pub(super) struct Paint {
    pub(super) has_colours: bool,
}

impl Paint {
    /// Paints an added line: green.
    pub(super) fn added(&self, text: &str) -> String {
        self.paint("32", text)
    }

    /// Paints a removed line: red.
    pub(super) fn removed(&self, text: &str) -> String {
        self.paint("31", text)
    }

    /// Paints a changed line: cyan, as the places in `git diff`.
    pub(super) fn changed(&self, text: &str) -> String {
        self.paint("36", text)
    }

    /// Paints a heading: bold.
    pub(super) fn heading(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Paints an alert: bold and red.
    pub(super) fn alert(&self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.has_colours { format!("\u{1b}[{code}m{text}\u{1b}[m") } else { text.to_owned() }
    }
}
