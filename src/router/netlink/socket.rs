//! A netlink socket that waits for its answers (`netlink(7)`).

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Duration;

use netlink_packet_core::{
    DoneBuffer, Emitable as _, ErrorBuffer, NLM_F_ACK, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_DUMP, NLM_F_DUMP_INTR,
    NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NLMSG_OVERRUN, NetlinkBuffer, NetlinkHeader, NlaBuffer, NlasIterator,
};
use netlink_sys::SocketAddr;
use netlink_sys::protocols::{NETLINK_ROUTE, NETLINK_SOCK_DIAG};
use rustix::io::Errno;
use rustix::net::RecvFlags;
use rustix::net::sockopt::{self, Timeout};

use crate::router::error::KernelError;

/// The most attempts of a request if changes of the table interrupt its answers.
const ATTEMPTS: usize = 20;

/// The longest time to wait for an answer. A working kernel answers during the request itself.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The size of the receive buffer. The kernel sends datagrams of at most 32 KiB (`netlink_dump` in
/// its `af_netlink.c`).
const RECEIVE: usize = 64 * 1024;

const HEADER: usize = 16;

/// `NLMSGERR_ATTR_MSG`: the kernel's message about an error.
const ERROR_TEXT: u16 = 1;

/// A part of the kernel that answers over netlink.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    /// Routes and interfaces: `rtnetlink(7)`.
    Route,
    /// Sockets: `sock_diag(7)`.
    Diagnosis,
}

/// A request to the kernel.
pub(crate) struct Message {
    /// `RTM_…` or `SOCK_DIAG_…`.
    pub(crate) kind: u16,
    /// `NLM_F_…`, without the flags that request an answer.
    pub(crate) flags: u16,
    /// The bytes after the header. Their length is a multiple of four.
    pub(crate) payload: Vec<u8>,
}

/// A socket to which only the kernel can send.
pub(crate) struct Socket {
    protocol: Protocol,
    socket: netlink_sys::Socket,
    sequence: u32,
    received: Vec<u8>,
}

impl Socket {
    pub(crate) fn open(protocol: Protocol) -> Result<Self, KernelError> {
        let open = || -> io::Result<netlink_sys::Socket> {
            let mut socket = netlink_sys::Socket::new(match protocol {
                Protocol::Route => NETLINK_ROUTE,
                Protocol::Diagnosis => NETLINK_SOCK_DIAG,
            })?;
            socket.bind_auto()?;
            socket.connect(&SocketAddr::new(0, 0))?;
            sockopt::set_socket_timeout(&socket, Timeout::Recv, Some(ANSWER_TIMEOUT))?;
            // Old kernels lack these options: they filter nothing, and repeat the request in an
            // error.
            let _ = socket.set_netlink_get_strict_chk(true);
            let _ = socket.set_cap_ack(true);
            let _ = socket.set_ext_ack(true);
            Ok(socket)
        };
        let socket = open().map_err(|cause| KernelError { action: "open a netlink socket", cause })?;
        Ok(Self { protocol, socket, sequence: 0, received: Vec::with_capacity(RECEIVE) })
    }

    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Makes a request that has one answer, and returns the answer's payload.
    pub(crate) fn ask(&mut self, action: &'static str, message: Message) -> Result<Vec<u8>, KernelError> {
        self.repeat(action, |socket| socket.asked(&message).map(Some))
    }

    fn asked(&mut self, message: &Message) -> io::Result<Vec<u8>> {
        let sequence = self.send(std::slice::from_ref(message), NLM_F_REQUEST, 0)?;
        loop {
            self.receive()?;
            for answer in messages(&self.received) {
                let answer = answer?;
                if answer.sequence_number() == sequence {
                    return match answer.message_type() {
                        NLMSG_ERROR => Err(error_of(&answer).map_or_else(malformed, |(error, _)| error)),
                        _ => Ok(answer.payload().to_vec()),
                    };
                }
            }
        }
    }

    /// Requests a table, and returns its entries as `parse` converts them. If a change interrupted
    /// the dump, it is repeated, because it may lack entries or have duplicates.
    pub(crate) fn dump<T>(
        &mut self,
        action: &'static str,
        message: Message,
        parse: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<T>, KernelError> {
        self.repeat(action, |socket| {
            let sequence = socket.send(std::slice::from_ref(&message), NLM_F_REQUEST | NLM_F_DUMP, 0)?;
            socket.dumped(sequence, &parse)
        })
    }

    /// Requests a table, and returns its entries until `parse` ends the dump. `None` skips an
    /// entry.
    pub(crate) fn dump_start<T>(
        &mut self,
        action: &'static str,
        message: &Message,
        parse: impl Fn(&[u8]) -> ControlFlow<(), Option<T>>,
    ) -> Result<Vec<T>, KernelError> {
        let is_ended = Cell::new(false);
        let entries = self.repeat(action, |socket| {
            is_ended.set(false);
            let sequence = socket.send(std::slice::from_ref(message), NLM_F_REQUEST | NLM_F_DUMP, 0)?;
            let parse = |payload: &[u8]| match parse(payload) {
                ControlFlow::Continue(entry) if !is_ended.get() => entry,
                ControlFlow::Continue(_) => None,
                ControlFlow::Break(()) => {
                    is_ended.set(true);
                    None
                }
            };
            socket.dumped_until(sequence, parse, || is_ended.get())
        });
        if is_ended.get() {
            // The rest of the dump would arrive at this socket.
            *self = Self::open(self.protocol)?;
        }
        entries
    }

    /// Repeats a request whose answer was useless (`None`) or lost.
    fn repeat<T>(
        &mut self,
        action: &'static str,
        attempt: impl Fn(&mut Self) -> io::Result<Option<T>>,
    ) -> Result<T, KernelError> {
        let failed = |cause| KernelError { action, cause };
        for _ in 0..ATTEMPTS {
            match attempt(self) {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {}
                // A new socket is necessary, because the dump may continue on the old one.
                Err(error) if is_lost(&error) => *self = Self::open(self.protocol)?,
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::Error::other(format!("the answer was interrupted {ATTEMPTS} times"))))
    }

    /// Receives the entries of a dump; `None` if it was interrupted.
    fn dumped<T>(&mut self, sequence: u32, parse: impl Fn(&[u8]) -> Option<T>) -> io::Result<Option<Vec<T>>> {
        self.dumped_until(sequence, parse, || false)
    }

    /// Receives the entries of a dump, until its end or until `is_enough` after a datagram.
    fn dumped_until<T>(
        &mut self,
        sequence: u32,
        parse: impl Fn(&[u8]) -> Option<T>,
        is_enough: impl Fn() -> bool,
    ) -> io::Result<Option<Vec<T>>> {
        let (mut entries, mut interrupted) = (Vec::new(), false);
        loop {
            if is_enough() {
                return Ok((!interrupted).then_some(entries));
            }
            self.receive()?;
            for answer in messages(&self.received) {
                let answer = answer?;
                if answer.sequence_number() != sequence {
                    continue;
                }
                interrupted |= answer.flags() & NLM_F_DUMP_INTR != 0;
                match answer.message_type() {
                    NLMSG_DONE => {
                        let code = DoneBuffer::new_checked(answer.payload()).map_or(0, |done| done.code());
                        return match code {
                            0 => Ok((!interrupted).then_some(entries)),
                            code => Err(io::Error::from_raw_os_error(code.abs())),
                        };
                    }
                    NLMSG_ERROR => return Err(error_of(&answer).map_or_else(malformed, |(error, _)| error)),
                    NLMSG_OVERRUN => interrupted = true,
                    _ => entries.extend(parse(answer.payload())),
                }
            }
        }
    }

    /// Sends a batch of requests, and receives the answers. Calls `refused` for each refusal, with
    /// the index in the batch, the error and the kernel's message. Returns false if answers were
    /// lost.
    pub(crate) fn carry_out(
        &mut self,
        action: &'static str,
        batch: &[Message],
        mut refused: impl FnMut(usize, i32, Option<String>),
    ) -> Result<bool, KernelError> {
        let failed = |cause| KernelError { action, cause };
        let first = self.sequence.wrapping_add(1);
        // The kernel answers each request that it refuses. So the acknowledgement of the last one
        // is enough to know that all others were carried out.
        let last = self.send(batch, NLM_F_REQUEST, NLM_F_ACK).map_err(failed)?;
        loop {
            match self.receive() {
                Ok(()) => {}
                Err(error) if is_lost(&error) => return Ok(false),
                Err(error) => return Err(failed(error)),
            }
            for answer in messages(&self.received) {
                let answer = answer.map_err(failed)?;
                let index = answer.sequence_number().wrapping_sub(first);
                if answer.message_type() != NLMSG_ERROR || index > last.wrapping_sub(first) {
                    continue;
                }
                if let Some((error, text)) = error_of(&answer) {
                    refused(index as usize, error.raw_os_error().unwrap_or(0), text);
                }
                if answer.sequence_number() == last {
                    return Ok(true);
                }
            }
        }
    }

    /// Sends messages as one datagram. Only the last one may request an acknowledgement. Returns
    /// its sequence number.
    fn send(&mut self, messages: &[Message], flags: u16, last: u16) -> io::Result<u32> {
        let mut bytes = Vec::with_capacity(messages.len() * 64);
        let mut left = messages.len();
        for message in messages {
            self.sequence = self.sequence.wrapping_add(1);
            left -= 1;
            let mut header = NetlinkHeader::default();
            header.length = (HEADER + message.payload.len()) as u32;
            header.message_type = message.kind;
            header.flags = flags | message.flags | if left == 0 { last } else { 0 };
            header.sequence_number = self.sequence;
            let start = bytes.len();
            bytes.resize(start + HEADER, 0);
            header.emit(&mut bytes[start..]);
            bytes.extend_from_slice(&message.payload);
        }
        unless_interrupted(|| self.socket.send(&bytes, 0)).map(|_| self.sequence)
    }

    fn receive(&mut self) -> io::Result<()> {
        self.received.clear();
        // TRUNC returns the length that was sent, so a truncated answer is detected.
        let flags = RecvFlags::TRUNC.bits().cast_signed();
        let length = unless_interrupted(|| self.socket.recv(&mut self.received, flags))?;
        if length > self.received.len() {
            return Err(io::Error::other("the kernel's answer is too long"));
        }
        Ok(())
    }
}

/// Returns true if there was no room for an answer: ENOBUFS (`netlink(7)`).
fn is_lost(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::NOBUFS.raw_os_error())
}

fn unless_interrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Returns the messages of a datagram.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = io::Result<NetlinkBuffer<&[u8]>>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let Ok(message) = NetlinkBuffer::new_checked(bytes) else {
            bytes = &[];
            return Some(Err(malformed()));
        };
        // Messages are padded to a multiple of four, except for the last one.
        let length = (message.length() as usize).next_multiple_of(4);
        bytes = bytes.get(length..).unwrap_or_default();
        Some(Ok(message))
    })
}

/// Returns the attributes (`rtnetlink(3)`) after a header of this length.
pub(crate) fn attributes(payload: &[u8], header: usize) -> impl Iterator<Item = NlaBuffer<&[u8]>> {
    NlasIterator::new(payload.get(header..).unwrap_or_default()).map_while(Result::ok)
}

/// Parses an `NLMSG_ERROR`: the error and the kernel's message. `None` for an acknowledgement.
fn error_of(answer: &NetlinkBuffer<&[u8]>) -> Option<(io::Error, Option<String>)> {
    let error = ErrorBuffer::new_checked(answer.payload()).ok()?;
    let number = error.code()?.get().abs();
    let text = (answer.flags() & NLM_F_ACK_TLVS != 0).then(|| {
        let repeated = if answer.flags() & NLM_F_CAPPED != 0 {
            HEADER
        } else {
            NetlinkBuffer::new_checked(error.payload()).map_or(HEADER, |request| request.length() as usize)
        };
        let attributes = error.payload().get(repeated.next_multiple_of(4)..).unwrap_or_default();
        let text = NlasIterator::new(attributes).flatten().find(|attribute| attribute.kind() == ERROR_TEXT)?;
        Some(String::from_utf8_lossy(text.value()).trim_end_matches('\0').to_owned())
    });
    Some((io::Error::from_raw_os_error(number), text.flatten()))
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the kernel's answer is malformed")
}
