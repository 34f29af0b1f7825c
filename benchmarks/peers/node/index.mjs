// Seed 000's webhook as a Node function: verify the call, then put it on the queue.
import { createHmac, timingSafeEqual } from "node:crypto";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const queueUrl = process.env.JOBS_QUEUE_URL;
const secret = process.env.HASHEE_WEBHOOK_SECRET;
const sqs = new SQSClient({});

export const handler = async (event) => {
  const timestamp = event.headers["x-hashee-timestamp"] ?? "";
  const deliveryId = event.headers["x-hashee-delivery-id"] ?? "";
  const signature = event.headers["x-hashee-signature"] ?? "";
  const body = event.isBase64Encoded ? Buffer.from(event.body, "base64") : Buffer.from(event.body ?? "");

  const now = Date.now();
  const age = Math.floor(now / 1000) - Number(timestamp);
  if (!(age <= 300 && age >= -60)) {
    return error(401, "stale_timestamp", "the time stamp is too old or in the future");
  }
  const expected = createHmac("sha256", secret).update(`${timestamp}.${deliveryId}.`).update(body).digest();
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return error(401, "invalid_signature", "the signature does not match");
  }

  const hasheeEvent = JSON.parse(body.toString("utf8"));
  await sqs.send(new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageGroupId: hasheeEvent.metadata.conversation_id,
    MessageDeduplicationId: deliveryId,
    MessageBody: JSON.stringify({ delivery_id: deliveryId, received_at: new Date(now).toISOString(), event: hasheeEvent }),
  }));
  return { statusCode: 200, body: "ok" };
};

const error = (statusCode, code, message) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error: { code, message } }),
});
