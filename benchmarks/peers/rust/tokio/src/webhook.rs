use crate::sqs::Queue;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::Sha256;
use std::collections::HashMap;
use std::error::Error;
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    headers: HashMap<String, String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    headers: HashMap<&'static str, &'static str>,
    body: String,
}

#[derive(Deserialize)]
struct Event {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    conversation_id: String,
}

#[derive(Serialize)]
struct Job<'a> {
    delivery_id: &'a str,
    received_at: String,
    event: &'a RawValue,
}

/// Verifies a call and hands its event on to the queue.
pub struct Webhook {
    secret: String,
    queue: Queue,
}

impl Webhook {
    pub fn new(secret: String, queue: Queue) -> Webhook {
        Webhook { secret, queue }
    }

    pub async fn handle(&self, event: &[u8]) -> Result<Response, Box<dyn Error>> {
        let request: Request = serde_json::from_slice(event)?;
        let header = |name: &str| request.headers.get(name).map(String::as_str).unwrap_or_default();
        let (timestamp, delivery_id) = (header("x-hashee-timestamp"), header("x-hashee-delivery-id"));
        let text = request.body.unwrap_or_default();
        let body = match request.is_base64_encoded {
            true => match base64::decode(text) {
                Ok(body) => body,
                Err(_) => return Ok(refuse(400, "bad_request", "the body is not base64")),
            },
            false => text.into_bytes(),
        };

        let now = OffsetDateTime::now_utc();
        match timestamp.parse::<i64>() {
            Ok(sent) if (-60..=300).contains(&now.unix_timestamp().saturating_sub(sent)) => {}
            _ => return Ok(refuse(401, "stale_timestamp", "the time stamp is too old or in the future")),
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())?;
        mac.update(format!("{timestamp}.{delivery_id}.").as_bytes());
        mac.update(&body);
        let signature = hex::decode(header("x-hashee-signature")).unwrap_or_default();
        if mac.verify_slice(&signature).is_err() {
            return Ok(refuse(401, "invalid_signature", "the signature does not match"));
        }

        let (event, raw) = match (serde_json::from_slice::<Event>(&body), serde_json::from_slice::<&RawValue>(&body)) {
            (Ok(event), Ok(raw)) => (event, raw),
            _ => return Ok(refuse(400, "bad_request", "the body is not the documented JSON")),
        };
        let job = serde_json::to_string(&Job { delivery_id, received_at: now.format(&Rfc3339)?, event: raw })?;
        self.queue.send(&job, &event.metadata.conversation_id, delivery_id).await?;
        Ok(Response { status_code: 200, headers: HashMap::new(), body: "ok".to_string() })
    }
}

fn refuse(status_code: u16, code: &str, message: &str) -> Response {
    Response {
        status_code,
        headers: HashMap::from([("content-type", "application/json")]),
        body: serde_json::json!({ "error": { "code": code, "message": message } }).to_string(),
    }
}
