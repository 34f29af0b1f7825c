use crate::OtherMessage;
use rustls::{ClientConfig, ClientConnection, ServerName, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// How a channel gets its connection; an authority is `host:port`.
pub enum Connector {
    Plain(String),
    Tls(String, ServerName, Arc<ClientConfig>),
}

impl Connector {
    fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Connector::Plain(authority) => Ok(Box::new(tcp(authority)?)),
            Connector::Tls(authority, name, config) => {
                let mut socket = tcp(authority)?;
                let mut tls = ClientConnection::new(config.clone(), name.clone()).map_err(|error| io::Error::other_message(&error.to_string()))?;
                while tls.is_handshaking() {
                    tls.complete_io(&mut socket)?;
                }
                Ok(Box::new(StreamOwned::new(tls, socket)))
            }
        }
    }
}

fn tcp(authority: &str) -> io::Result<TcpStream> {
    let socket = TcpStream::connect(authority)?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// The client's end of an HTTP/1.1 connection that is kept, and made anew once when it died while nobody used it.
pub struct Channel {
    connector: Connector,
    stream: Option<Box<dyn Stream>>,
}

impl Channel {
    pub fn new(connector: Connector) -> Channel {
        Channel { connector, stream: None }
    }

    pub fn open(&mut self) -> io::Result<()> {
        if self.stream.is_none() {
            self.stream = Some(self.connector.connect()?);
        }
        Ok(())
    }

    /// Sends a request and reads its answer.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        if let Some(mut stream) = self.stream.take() {
            if let Ok(answer) = exchange_on(&mut stream, request) {
                self.stream = Some(stream);
                return Ok(answer);
            }
        }
        let mut stream = self.connector.connect()?;
        let answer = exchange_on(&mut stream, request)?;
        self.stream = Some(stream);
        Ok(answer)
    }
}

fn exchange_on(stream: &mut Box<dyn Stream>, request: &[u8]) -> io::Result<Answer> {
    stream.write_all(request)?;
    stream.flush()?;
    let mut bytes = vec![0; 16 * 1024];
    let mut used = 0;
    let mut total = None;
    while total.map_or(true, |total| used < total) {
        if used == bytes.len() {
            if used >= LARGEST_ANSWER {
                return Err(io::Error::other_message("an answer is too long"));
            }
            bytes.resize(2 * used, 0);
        }
        match stream.read(&mut bytes[used..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => used += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if total.is_none() {
            if let Some(end) = bytes[..used].windows(4).position(|window| window == b"\r\n\r\n") {
                let answer = Answer { bytes: bytes[..end + 4].to_vec(), body: end + 4 };
                let length = answer.header("content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
                total = Some(end + 4 + length.min(LARGEST_ANSWER));
            }
        }
    }
    bytes.truncate(used);
    let body = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(used, |end| end + 4);
    Ok(Answer { bytes, body })
}

/// An answer as it came.
pub struct Answer {
    bytes: Vec<u8>,
    body: usize,
}

impl Answer {
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.body..]
    }

    pub fn is_ok(&self) -> bool {
        self.bytes.starts_with(b"HTTP/1.1 200 ")
    }

    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.bytes[..self.body]).ok()?;
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}
