use crate::signature::Signature;
use hyper::client::HttpConnector;
use hyper::{body, Body, Client, Request};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use std::error::Error;

/// SendMessage of SQS in AWS JSON 1.0.
pub struct Queue {
    endpoint: String,
    url: String,
    signature: Signature,
    client: Client<HttpsConnector<HttpConnector>>,
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
struct Sent {
    #[serde(rename = "MD5OfMessageBody")]
    md5: String,
}

impl Queue {
    pub fn new(endpoint: String, url: String, signature: Signature) -> Queue {
        let connector = HttpsConnectorBuilder::new().with_native_roots().https_only().enable_http1().build();
        Queue { endpoint, url, signature, client: Client::builder().build(connector) }
    }

    pub async fn send(&self, message: &str, group: &str, deduplication: &str) -> Result<(), Box<dyn Error>> {
        let content = serde_json::to_vec(&SendMessage {
            queue_url: &self.url,
            message_body: message,
            message_group_id: group,
            message_deduplication_id: deduplication,
        })?;
        let host = self.endpoint.trim_start_matches("https://").trim_end_matches('/');
        let mut request = Request::post(&self.endpoint);
        for (name, value) in self.signature.headers(host, "AmazonSQS.SendMessage", &content) {
            request = request.header(name, value);
        }
        let answer = self.client.request(request.body(Body::from(content))?).await?;
        if !answer.status().is_success() {
            return Err(format!("SQS refused the message: {}", answer.status()).into());
        }
        let sent: Sent = serde_json::from_slice(&body::to_bytes(answer.into_body()).await?)?;
        if sent.md5 != hex::encode(Md5::digest(message)) {
            return Err("SQS answered with another MD5 of the message body".into());
        }
        Ok(())
    }
}
