//! The route file: takeover, update, removal, and its attributes.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

use super::world::{PROGRAM, Run, World, in_namespace, is_root, route};
use crate::common::router::{FOLDER, MARKER, part};
use crate::strace::{Event, Threads, inject, strace};

const FILE: &str = "etc/sysconfig/network-scripts/route-kni254";

/// Adds routes as the network scripts do. Returns the file of the product or an operator with them.
fn foreign(world: &World) -> &'static str {
    world.ip("route add 192.0.2.0/24 via 169.254.127.126 dev kni254");
    world.ip("route add 10.1.0.0/16 via 169.254.127.126 dev kni254 metric 7");
    "# by hand\n192.0.2.0/24 via 169.254.127.126 dev kni254\n10.1.0.0/16 via 169.254.127.126 metric 7\n\
     10.2.0.0/16 via 198.51.100.1 dev eth9\n"
}

in_namespace!(takeover_of_a_foreign_file_and_back, |world| {
    world.add_interface();
    let text = foreign(world);
    world.put_file(text);
    let before = world.routes();
    world.document(&[("192.0.2.0/24", 0), ("203.0.113.0/24", 5)]);
    let run = world.converge();
    assert!(run.stderr.contains("Keeping the previous route config file as "), "{run:#?}");
    assert_eq!(world.backup().as_deref(), Some(text));
    let head = "# by hand\n10.2.0.0/16 via 198.51.100.1 dev eth9\n";
    assert_eq!(world.file(), Some(format!("{head}{}", part(&["192.0.2.0/24", "203.0.113.0/24 metric 5"]))));
    assert_eq!(world.routes(), [route("192.0.2.0/24", 3, 0), route("203.0.113.0/24", 128, 5)]);

    // From now on this program adds one of them, which is the operator's again in the end.
    world.ip("route flush dev kni254 scope global");
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 0), route("203.0.113.0/24", 128, 5)]);

    world.disabled();
    let run = world.converge();
    assert!(run.stderr.contains("Restoring the previous route config file"), "{run:#?}");
    assert_eq!((world.file().as_deref(), world.backup()), (Some(text), None));
    assert_eq!(world.routes(), before, "its routes are back, as the network scripts would add them");
    assert_eq!(world.names(), ["route-kni254"]);
});

in_namespace!(the_backup_is_that_of_the_first_takeover, |world| {
    world.add_interface();
    let text = foreign(world);
    world.put_file(text);
    world.document(&[("203.0.113.0/24", 5)]);
    world.converge();
    // The product restores the file that it kept since it started, then writes another one.
    world.put_file(text);
    world.converge();
    assert_eq!(world.backup().as_deref(), Some(text));
    world.ip("route add 10.3.0.0/16 via 169.254.127.126 dev kni254");
    world.put_file("10.3.0.0/16 via 169.254.127.126 dev kni254\n");
    let run = world.converge();
    assert!(run.stderr.contains("\"10.3.0.0/16 via 169.254.127.126 dev kni254\""), "{run:#?}");
    assert_eq!(world.backup().as_deref(), Some(text));
    assert_eq!(world.routes(), [route("203.0.113.0/24", 128, 5)]);
});

in_namespace!(lines_above_the_marker_are_kept_byte_for_byte, |world| {
    world.add_interface();
    let head = b"# \xff\xfe\r\n\t \n10.9.0.0/16 via 198.51.100.1 dev eth9\r\n".to_vec();
    let file = [&head[..], part(&["192.0.2.0/24"]).as_bytes(), b"someone wrote here\n"].concat();
    world.write(FILE, &file);
    world.document(&[("203.0.113.0/24", 5)]);
    let run = world.converge();
    assert!(run.stderr.contains("\"someone wrote here\""), "{run:#?}");
    let bytes = || std::fs::read(world.path(FILE)).expect("there");
    assert_eq!(bytes(), [&head[..], part(&["203.0.113.0/24 metric 5"]).as_bytes()].concat());
    assert_eq!(world.backup(), None, "there was no takeover");
    world.disabled();
    world.converge();
    assert_eq!((bytes(), world.names()), (head, vec!["route-kni254".to_owned()]));
});

in_namespace!(the_backup_does_not_change_with_the_file, |world| {
    world.add_interface();
    let text = foreign(world);
    world.document(&[("203.0.113.0/24", 5)]);
    // A first run is killed before it replaces the file, and an operator writes into the file.
    for position in 1..=2 {
        world.put_file(text);
        let kill = inject("renameat", Event::Kill, position);
        let mut killed = strace(&world.path("trace"), Threads::Main, &["-e", &kill]);
        let status = killed.arg(PROGRAM).arg("--root").arg(world.root()).env_clear().status().expect("strace runs");
        assert_eq!(status.code(), None, "it was not killed");
        assert_eq!(std::fs::metadata(world.path(FILE)).expect("there").nlink(), 1, "{position}");
    }
    assert_eq!(world.backup().as_deref(), Some(text), "the second run was killed after the backup");
    std::fs::write(world.path(FILE), part(&["192.0.2.0/24"])).expect("written in place");
    world.converge();
    assert_eq!(world.backup().as_deref(), Some(text));
    world.disabled();
    world.converge();
    assert_eq!((world.file().as_deref(), world.names()), (Some(text), vec!["route-kni254".to_owned()]));
});

in_namespace!(a_group_stays_without_the_right_to_give_files_away, |world| {
    if !is_root() {
        return;
    }
    world.add_interface();
    let metadata = || {
        let metadata = std::fs::metadata(world.path(FILE)).expect("there");
        (metadata.gid(), metadata.permissions().mode() & 0o7777)
    };
    // As in a service, where the calls are forbidden.
    let run = |options: &[&str]| {
        let log = world.path("trace");
        let mut command = strace(&log, Threads::Main, &[&["-e", "inject=fchown:error=EPERM"], options].concat());
        command.arg(PROGRAM).arg("--root").arg(world.root()).env_clear();
        Run::of(command.output().expect("strace runs"))
    };
    let text = foreign(world);
    world.put_file(text);
    chown(world.path(FILE), None, Some(34)).expect("root may");
    std::fs::set_permissions(world.path(FILE), std::fs::Permissions::from_mode(0o660)).expect("ours");
    for routes in [[("192.0.2.0/24", 5)], [("203.0.113.0/24", 5)]] {
        world.document(&routes);
        run(&[]).expect(0);
        assert_eq!((metadata(), world.names().len()), ((34, 0o660), 2));
        world.assert_converged();
    }
    world.disabled();
    run(&[]).expect(0);
    assert_eq!((metadata(), world.file().as_deref(), world.names().len()), ((34, 0o660), Some(text), 1));
    // The bytes cannot be written into the old file. Then the rights of the group are those of
    // others.
    world.document(&[("192.0.2.0/24", 5)]);
    let lost = run(&["-e", "inject=fsync:error=EIO:when=4"]).expect(0);
    assert!(lost.stderr.contains("has the group root now"), "{lost:#?}");
    assert_eq!((metadata(), world.names().len()), ((0, 0o600), 2));
    world.assert_converged();
});

in_namespace!(off_removes_only_our_routes, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    world.disabled();
    let run = world.converge();
    assert!(run.stderr.ends_with("Static routes for kni254 loopback interface are disabled and removed\n"), "{run:#?}");
    assert_eq!((world.routes(), world.names()), (Vec::new(), Vec::new()));
    // A file of another program is left alone while the plugin is off.
    let text = foreign(world);
    world.put_file(text);
    let before = world.routes();
    world.converge();
    assert_eq!((world.file().as_deref(), world.routes()), (Some(text), before));
});

in_namespace!(off_keeps_lines_that_an_operator_has_added_since, |world| {
    world.add_interface();
    world.put_file(foreign(world));
    world.document(&[("203.0.113.0/24", 5)]);
    world.converge();
    world.put_file(&format!("# new\n{}", part(&["203.0.113.0/24 metric 5"])));
    world.converge();
    world.disabled();
    world.converge();
    let expected = "# new\n192.0.2.0/24 via 169.254.127.126 dev kni254\n10.1.0.0/16 via 169.254.127.126 metric 7\n";
    assert_eq!((world.file().as_deref(), world.backup()), (Some(expected), None));
    assert_eq!(world.routes(), [route("10.1.0.0/16", 3, 7), route("192.0.2.0/24", 3, 0)]);
});

in_namespace!(remove_removes_all_that_is_ours_whatever_the_document_says, |world| {
    world.add_interface();
    let text = foreign(world);
    world.put_file(text);
    let before = world.routes();
    world.document(&[("203.0.113.0/24", 5)]);
    world.converge();
    world.put_document("not JSON");
    world.run(&["remove"]).expect(0);
    assert_eq!((world.file().as_deref(), world.routes()), (Some(text), before.clone()));
    let again = world.run(&["remove"]).expect(0);
    assert_eq!(again.stderr, "Static routes for kni254 loopback interface are disabled and removed\n");
    assert_eq!((world.routes(), world.names()), (before, vec!["route-kni254".to_owned()]));
});

in_namespace!(a_file_that_would_be_run_as_root_is_refused, |world| {
    world.add_interface();
    let text = "# by hand\n  ADDRESS0=192.0.2.0\nNETMASK0=255.255.255.0\n";
    world.put_file(text);
    world.document(&[("192.0.2.0/24", 5)]);
    for command in [&["apply"][..], &["check"], &["status"]] {
        let run = world.run(command).expect(1);
        assert!(
            run.stderr.contains("route-kni254:2: invalid line \"  ADDRESS0=192.0.2.0\": the network scripts would run"),
            "{run:#?}"
        );
    }
    assert_eq!((world.file().as_deref(), world.routes()), (Some(text), Vec::new()));
    assert_eq!(world.names(), ["route-kni254"]);
});

in_namespace!(owner_mode_and_label_stay_as_they_were, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    let path = world.path(FILE);
    let mode = || std::fs::metadata(&path).expect("there").permissions().mode() & 0o7777;
    assert_eq!(mode(), 0o644, "whatever the umask");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o4640)).expect("ours");
    if is_root() {
        chown(&path, Some(12), Some(34)).expect("root may");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o4640)).expect("ours");
        let label = b"system_u:object_r:net_conf_t:s0\0";
        rustix::fs::setxattr(&path, "security.selinux", label, rustix::fs::XattrFlags::empty()).expect("root may");
    } else {
        #[allow(clippy::print_stderr, reason = "a test that does less says so")]
        {
            eprintln!("owner and SELinux label can be tested by root alone");
        }
    }
    world.document(&[("203.0.113.0/24", 5)]);
    world.converge();
    assert_eq!(mode(), 0o4640);
    if is_root() {
        let metadata = std::fs::metadata(&path).expect("there");
        assert_eq!((metadata.uid(), metadata.gid()), (12, 34));
        let mut label = [0; 64];
        let length = rustix::fs::getxattr(&path, "security.selinux", &mut label[..]).expect("labelled");
        assert_eq!(&label[..length], b"system_u:object_r:net_conf_t:s0\0");
    }
});

in_namespace!(only_regular_files_are_read_or_replaced, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    let file = world.path(FILE);
    std::fs::write(world.path("elsewhere"), "# keep me\n").expect("written");
    let refused = |why: &str| {
        for command in [&["apply"][..], &["check"], &["status"]] {
            let run = world.run(command).expect(3);
            assert!(run.stderr.contains(why) && run.stderr.contains("route-kni254"), "{run:#?}");
        }
        assert_eq!(world.routes(), Vec::<String>::new());
        assert_eq!(world.read("elsewhere").as_deref(), Some("# keep me\n"));
    };
    symlink(world.path("elsewhere"), &file).expect("linked");
    refused("it is a symbolic link, which is not followed");
    assert!(file.is_symlink());
    std::fs::remove_file(&file).expect("removed");
    std::fs::create_dir(&file).expect("made");
    refused("it is a folder");
    std::fs::remove_dir(&file).expect("removed");
    assert!(std::process::Command::new("mkfifo").arg(&file).status().expect("mkfifo is there").success());
    refused("it is not a regular file");
    std::fs::remove_file(&file).expect("removed");
    // A link with the name of the temporary file is removed, not followed.
    symlink(world.path("elsewhere"), world.path(&format!("{FOLDER}/.route-kni254.new"))).expect("linked");
    world.converge();
    assert_eq!(world.read("elsewhere").as_deref(), Some("# keep me\n"));
    assert_eq!(world.names(), ["route-kni254"]);
});

in_namespace!(links_in_an_image_do_not_lead_out_of_it, |world| {
    // An image whose /etc/sysconfig is a link to an absolute path, which is one of the image's own.
    std::fs::remove_dir_all(world.path("etc")).expect("removed");
    std::fs::create_dir_all(world.path("etc")).expect("made");
    std::fs::create_dir_all(world.path("usr/sysconfig/network-scripts")).expect("made");
    symlink("/usr/sysconfig", world.path("etc/sysconfig")).expect("linked");
    world.document(&[("192.0.2.0/24", 5)]);
    world.apply().expect(0);
    assert_eq!(world.read("usr/sysconfig/network-scripts/route-kni254"), Some(part(&["192.0.2.0/24 metric 5"])));
});

in_namespace!(missing_folders_are_created, |world| {
    std::fs::remove_dir_all(world.path("etc")).expect("removed");
    world.put_document("not JSON");
    world.apply().expect(1);
    assert!(!world.path("etc").exists(), "an invalid document creates nothing");
    world.document(&[("192.0.2.0/24", 5)]);
    world.run(&["check"]).expect(1);
    assert!(!world.path("etc").exists(), "a check creates nothing");
    world.apply().expect(0);
    assert!(world.file().expect("written").starts_with(MARKER));
});
