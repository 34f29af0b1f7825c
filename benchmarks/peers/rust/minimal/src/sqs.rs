use crate::channel::{Channel, Connector};
use crate::signature::{hex, Signature};
use crate::OtherMessage;
use md5::{Digest, Md5};
use rustls::{Certificate, ClientConfig, RootCertStore, ServerName};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufReader};
use std::sync::Arc;

/// SendMessage of SQS in AWS JSON 1.0.
pub struct Queue {
    host: String,
    url: String,
    signature: Signature,
    channel: Channel,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage<'a> {
    queue_url: &'a str,
    message_body: &'a str,
    message_group_id: &'a str,
    message_deduplication_id: &'a str,
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(rename = "MD5OfMessageBody")]
    md5: &'a str,
}

impl Queue {
    pub fn new(endpoint: String, url: String, bundle: String, signature: Signature) -> io::Result<Queue> {
        let authority = endpoint.strip_prefix("https://").ok_or_else(|| io::Error::other_message("the endpoint is not https"))?;
        let host = authority.trim_end_matches('/').to_string();
        let (name, authority) = match host.rsplit_once(':') {
            Some((name, _)) => (name.to_string(), host.clone()),
            None => (host.clone(), format!("{host}:443")),
        };
        let name = ServerName::try_from(name.as_str()).map_err(|_| io::Error::other_message("the endpoint's host is no DNS name"))?;

        let mut roots = RootCertStore::empty();
        for der in rustls_pemfile::certs(&mut BufReader::new(File::open(bundle)?))? {
            roots.add(&Certificate(der)).map_err(|error| io::Error::other_message(&error.to_string()))?;
        }
        let config = ClientConfig::builder().with_safe_defaults().with_root_certificates(roots).with_no_client_auth();
        Ok(Queue { host, url, signature, channel: Channel::new(Connector::Tls(authority, name, Arc::new(config))) })
    }

    /// Connects ahead of the first message. A failure changes nothing: the first message connects again.
    pub fn connect(&mut self) {
        if let Err(error) = self.channel.open() {
            eprintln!("SQS is not connected ahead of time: {error}");
        }
    }

    pub fn send(&mut self, body: &str, group: &str, deduplication: &str) -> io::Result<()> {
        let content = serde_json::to_vec(&SendMessage {
            queue_url: &self.url,
            message_body: body,
            message_group_id: group,
            message_deduplication_id: deduplication,
        })?;
        let mut request = format!(
            "POST / HTTP/1.1\r\n{}Content-Length: {}\r\n\r\n",
            self.signature.headers(&self.host, "AmazonSQS.SendMessage", &content),
            content.len()
        )
        .into_bytes();
        request.extend_from_slice(&content);
        let answer = self.channel.exchange(&request)?;
        if !answer.is_ok() {
            return Err(io::Error::other_message("SQS refused the message"));
        }
        let sent: Sent = serde_json::from_slice(answer.body())?;
        if sent.md5 != hex(&Md5::digest(body.as_bytes())) {
            return Err(io::Error::other_message("SQS answered with another MD5 of the message body"));
        }
        Ok(())
    }
}
