//! The webhook as an expert of Rust would write it for a cold start: blocking sockets, rustls and ring, nothing asynchronous, and the
//! connection to SQS made before the first GET /next, as this project's webhook does it.

mod channel;
mod signature;
mod sqs;
mod time;
mod webhook;

use channel::{Channel, Connector};
use std::{env, io};

fn main() -> io::Result<()> {
    let queue = sqs::Queue::new(
        setting("AWS_ENDPOINT_URL_SQS")?,
        setting("JOBS_QUEUE_URL")?,
        setting("AWS_CA_BUNDLE")?,
        signature::Signature {
            access_key_id: setting("AWS_ACCESS_KEY_ID")?,
            secret_access_key: setting("AWS_SECRET_ACCESS_KEY")?,
            session_token: setting("AWS_SESSION_TOKEN")?,
            region: setting("AWS_REGION")?,
        },
    )?;
    let mut webhook = webhook::Webhook::new(setting("HASHEE_WEBHOOK_SECRET")?.as_bytes(), queue);
    if env::var("HASHEE_EARLY_CONNECTION").as_deref() != Ok("off") {
        webhook.connect();
    }

    let api = setting("AWS_LAMBDA_RUNTIME_API")?;
    let mut runtime = Channel::new(Connector::Plain(api.clone()));
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {api}\r\n\r\n");
    loop {
        let event = runtime.exchange(next.as_bytes())?;
        let id = event.header("lambda-runtime-aws-request-id").ok_or_else(|| io::Error::other_message("an event without a request id"))?;
        let (what, body) = match webhook.handle(event.body()) {
            Ok(response) => ("response", response),
            Err(error) => ("error", format!("{{\"errorType\":\"Handler\",\"errorMessage\":{}}}", serde_json::json!(error.to_string()))),
        };
        let answer = format!(
            "POST /2018-06-01/runtime/invocation/{id}/{what} HTTP/1.1\r\nHost: {api}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        runtime.exchange(answer.as_bytes())?;
    }
}

fn setting(name: &str) -> io::Result<String> {
    env::var(name).map_err(|_| io::Error::other_message(&format!("the environment variable {name} is missing")))
}

/// `io::Error::other` is younger than Debian 12's compiler.
trait OtherMessage {
    fn other_message(message: &str) -> Self;
}

impl OtherMessage for io::Error {
    fn other_message(message: &str) -> Self {
        io::Error::new(io::ErrorKind::Other, message)
    }
}
