use crate::sqs::Queue;
use crate::time::Moment;
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io;

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    headers: Headers<'a>,
    #[serde(borrow, default)]
    body: Cow<'a, str>,
    #[serde(rename = "isBase64Encoded", default)]
    is_base64: bool,
}

#[derive(Deserialize)]
struct Headers<'a> {
    #[serde(rename = "x-hashee-timestamp", borrow, default)]
    timestamp: Cow<'a, str>,
    #[serde(rename = "x-hashee-delivery-id", borrow, default)]
    delivery_id: Cow<'a, str>,
    #[serde(rename = "x-hashee-signature", borrow, default)]
    signature: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    conversation_id: Cow<'a, str>,
}

#[derive(Serialize)]
struct Job<'a> {
    delivery_id: &'a str,
    received_at: String,
    event: &'a RawValue,
}

/// Verifies a call and hands its event on to the queue.
pub struct Webhook {
    key: hmac::Key,
    queue: Queue,
}

impl Webhook {
    pub fn new(secret: &[u8], queue: Queue) -> Webhook {
        Webhook { key: hmac::Key::new(hmac::HMAC_SHA256, secret), queue }
    }

    pub fn connect(&mut self) {
        self.queue.connect();
    }

    /// The response to an event, JSON.
    pub fn handle(&mut self, event: &[u8]) -> io::Result<String> {
        let request: Request = serde_json::from_slice(event)?;
        let headers = &request.headers;
        let body = match request.is_base64 {
            true => match base64::decode(request.body.as_bytes()) {
                Ok(body) => Cow::Owned(body),
                Err(_) => return Ok(refuse(400, "bad_request", "the body is not base64")),
            },
            false => Cow::Borrowed(request.body.as_bytes()),
        };

        let now = Moment::now();
        let is_fresh = headers.timestamp.parse::<i64>().map_or(false, |sent| (-60..=300).contains(&now.unix_seconds.saturating_sub(sent)));
        if !is_fresh {
            return Ok(refuse(401, "stale_timestamp", "the time stamp is too old or in the future"));
        }
        if !self.is_signed(headers, &body) {
            return Ok(refuse(401, "invalid_signature", "the signature does not match"));
        }

        let (event, raw) = match (serde_json::from_slice::<Event>(&body), serde_json::from_slice::<&RawValue>(&body)) {
            (Ok(event), Ok(raw)) => (event, raw),
            _ => return Ok(refuse(400, "bad_request", "the body is not the documented JSON")),
        };
        let job = serde_json::to_string(&Job { delivery_id: &headers.delivery_id, received_at: now.extended(), event: raw })?;
        self.queue.send(&job, &event.metadata.conversation_id, &headers.delivery_id)?;
        Ok(r#"{"statusCode":200,"body":"ok"}"#.to_string())
    }

    fn is_signed(&self, headers: &Headers, body: &[u8]) -> bool {
        let signed = [headers.timestamp.as_bytes(), b".", headers.delivery_id.as_bytes(), b".", body].concat();
        unhex(&headers.signature).map_or(false, |signature| hmac::verify(&self.key, &signed, &signature).is_ok())
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
    digits.filter(|digits| digits.len() % 2 == 0).map(|digits| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn refuse(status: u16, code: &str, message: &str) -> String {
    let body = serde_json::json!({ "error": { "code": code, "message": message } }).to_string();
    serde_json::json!({ "statusCode": status, "headers": { "content-type": "application/json" }, "body": body }).to_string()
}
