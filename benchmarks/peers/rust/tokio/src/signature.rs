use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::OffsetDateTime;

/// AWS Signature Version 4 for a POST to the path "/" of SQS.
pub struct Signature {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub region: String,
}

impl Signature {
    /// The signed headers of a request.
    pub fn headers(&self, host: &str, target: &str, body: &[u8]) -> Vec<(&'static str, String)> {
        let time = OffsetDateTime::now_utc()
            .format(format_description!("[year][month][day]T[hour][minute][second]Z"))
            .expect("a moment of this century has a text");
        let date = &time[..8];
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.0".to_string()),
            ("host", host.to_string()),
            ("x-amz-date", time.clone()),
            ("x-amz-security-token", self.session_token.clone()),
            ("x-amz-target", target.to_string()),
        ];
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", hex::encode(Sha256::digest(body)));
        let scope = format!("{date}/{}/sqs/aws4_request", self.region);
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
        let key = [date, &self.region, "sqs", "aws4_request", &to_sign]
            .iter()
            .fold(format!("AWS4{}", self.secret_access_key).into_bytes(), |key, part| sign(&key, part));
        let signature = hex::encode(key);
        headers.push((
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}", self.access_key_id),
        ));
        headers
    }
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
