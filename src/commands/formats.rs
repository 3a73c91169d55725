//! The registry of a command's output formats.

/// Declares the formats of a command: the type of their renderers, and a line each with its help text and its module.
macro_rules! formats {
    ($renderer:ty; $($(#[doc = $doc:literal])+ $format:ident: $module:ident,)+) => {
        /// A format of the output.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum Format {
            $($(#[doc = $doc])+ $format,)+
        }

        impl Format {
            /// All formats.
            pub const ALL: &'static [Self] = &[$(Self::$format,)+];

            fn renderer(self) -> $renderer {
                match self {
                    $(Self::$format => $module::render,)+
                }
            }
        }
    };
}

pub(crate) use formats;
