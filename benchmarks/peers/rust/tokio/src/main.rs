//! The webhook as most Rust developers would write it: tokio, hyper and hyper-rustls for the Runtime API and for SQS, the system's root
//! certificates, serde, RustCrypto. As with AWS's SDK, the first message makes the connection to SQS.

mod signature;
mod sqs;
mod webhook;

use hyper::client::HttpConnector;
use hyper::{body, Body, Client, Request};
use std::env;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let queue = sqs::Queue::new(
        env::var("AWS_ENDPOINT_URL_SQS")?,
        env::var("JOBS_QUEUE_URL")?,
        signature::Signature {
            access_key_id: env::var("AWS_ACCESS_KEY_ID")?,
            secret_access_key: env::var("AWS_SECRET_ACCESS_KEY")?,
            session_token: env::var("AWS_SESSION_TOKEN")?,
            region: env::var("AWS_REGION")?,
        },
    );
    let webhook = webhook::Webhook::new(env::var("HASHEE_WEBHOOK_SECRET")?, queue);
    let runtime = format!("http://{}/2018-06-01/runtime/invocation", env::var("AWS_LAMBDA_RUNTIME_API")?);
    let client: Client<HttpConnector> = Client::new();
    loop {
        let next = client.get(format!("{runtime}/next").parse()?).await?;
        let id = next.headers().get("lambda-runtime-aws-request-id").ok_or("an event without a request id")?.to_str()?.to_string();
        let event = body::to_bytes(next.into_body()).await?;
        let (what, answer) = match webhook.handle(&event).await {
            Ok(response) => ("response", serde_json::to_vec(&response)?),
            Err(error) => (
                "error",
                serde_json::to_vec(&serde_json::json!({ "errorType": "Handler", "errorMessage": error.to_string() }))?,
            ),
        };
        let request = Request::post(format!("{runtime}/{id}/{what}")).header("content-type", "application/json").body(Body::from(answer))?;
        body::to_bytes(client.request(request).await?.into_body()).await?;
    }
}
