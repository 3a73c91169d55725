//! The registry of a command's output formats.

/// Declares the formats of a command: their visibility, the type of their renderers, and for each
/// format its help text and its module.
macro_rules! formats {
    ($visibility:vis $renderer:ty; $($(#[doc = $doc:literal])+ $format:ident: $module:ident,)+) => {
        /// A format of the output.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        $visibility enum Format {
            $($(#[doc = $doc])+ $format,)+
        }

        impl Format {
            fn renderer(self) -> $renderer {
                match self {
                    $(Self::$format => $module::render,)+
                }
            }
        }
    };
}

pub(crate) use formats;
