use crate::time::Moment;
use ring::{digest, hmac};

/// AWS Signature Version 4 for a POST to the path "/" of SQS.
pub struct Signature {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub region: String,
}

impl Signature {
    /// The signed headers of a request, each with its line end.
    pub fn headers(&self, host: &str, target: &str, body: &[u8]) -> String {
        const SIGNED: &str = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
        let time = Moment::now().basic();
        let date = &time[..8];
        let token = &self.session_token;
        let canonical = format!(
            "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:{host}\nx-amz-date:{time}\nx-amz-security-token:{token}\n\
             x-amz-target:{target}\n\n{SIGNED}\n{}",
            hash(body)
        );
        let scope = format!("{date}/{}/sqs/aws4_request", self.region);
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hash(canonical.as_bytes()));
        let mut key = mac(format!("AWS4{}", self.secret_access_key).as_bytes(), date);
        for part in [&self.region, "sqs", "aws4_request", &to_sign] {
            key = mac(key.as_ref(), part);
        }
        format!(
            "Host: {host}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: {time}\r\nX-Amz-Security-Token: {token}\r\n\
             X-Amz-Target: {target}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={SIGNED}, Signature={}\r\n",
            self.access_key_id,
            hex(key.as_ref())
        )
    }
}

fn hash(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn mac(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).map(char::from).collect()
}
