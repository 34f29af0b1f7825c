using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Benchmarks.ColdStart.Services;
using Hashee.Emulator;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hashee.Benchmarks.ColdStart.Workloads;

/// <summary>Signed webhook calls of about 1 KB as Function URL events; each has to become one signed message of the queue.</summary>
/// <param name="account">Whose keys sign the message.</param>
internal sealed class WebhookWorkload(AwsAccount account) : Workload
{
    private const string AgentId = "01JCZ8M0Q4W2V6T8R0P5N3K7HA";
    private const string ConversationId = "01JCZ8M0Q4W2V6T8R0P5N3K7HC";
    private const string SenderId = "01JCZ8M0Q4W2V6T8R0P5N3K7HS";

    // What a short text for one recipient comes to.
    private const int EnvelopeBytes = 512;

    private readonly string _secret = FreshValue.Secret();
    private readonly SignatureVerifier _verifier = new(account, "sqs", TimeProvider.System);

    public override IReadOnlyDictionary<string, string> Environment(Uri cloud) => new Dictionary<string, string>
    {
        ["HASHEE_AGENT_ID"] = AgentId,
        ["HASHEE_WEBHOOK_SECRET"] = _secret,
        ["JOBS_QUEUE_URL"] = new Uri(cloud, $"/{AwsAccount.Id}/jobs.fifo").AbsoluteUri,
        ["AWS_ENDPOINT_URL_SQS"] = cloud.GetLeftPart(UriPartial.Authority),
    };

    public override Call CreateCall()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string deliveryId = FreshValue.Ulid(now);
        byte[] body = EventJson.MessageNew(ConversationId, SenderId, now, RandomNumberGenerator.GetBytes(EnvelopeBytes));
        long timestamp = now.ToUnixTimeSeconds();

        DefaultHttpContext context = new();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/";
        HttpRequest request = context.Request;
        request.Method = "POST";
        request.Path = "/";
        request.Protocol = "HTTP/1.1";
        request.Headers.Host = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws";
        request.Headers.UserAgent = "Hashee";
        request.Headers.ContentType = "application/json";
        request.Headers.ContentLength = body.Length;
        request.Headers[WebhookHeaders.SignatureName] = WebhookSignature.Sign(Encoding.UTF8.GetBytes(_secret), timestamp, deliveryId, body);
        request.Headers[WebhookHeaders.TimestampName] = timestamp.ToString(CultureInfo.InvariantCulture);
        request.Headers[WebhookHeaders.DeliveryIdName] = deliveryId;
        request.Headers[WebhookHeaders.AgentIdName] = AgentId;
        return new Call(Guid.NewGuid().ToString(), FunctionUrlEvent.Write(context, body), deliveryId);
    }

    public override string? Check(Call call, HttpExchange? message, byte[] response)
    {
        using JsonDocument answer = JsonDocument.Parse(response);
        if (answer.RootElement.GetProperty("statusCode").GetInt32() != 200)
        {
            return $"it answered {Encoding.UTF8.GetString(response)}";
        }

        if (message is null)
        {
            return "it accepted a call and sent no message";
        }

        string? group = Cloud.Parameter(message, "MessageGroupId");
        string? deduplication = Cloud.Parameter(message, "MessageDeduplicationId");
        using JsonDocument job = JsonDocument.Parse(Cloud.MessageBody(message));
        string? conversation = job.RootElement.GetProperty("event").GetProperty("metadata").GetProperty("conversation_id").GetString();
        string? delivery = job.RootElement.GetProperty("delivery_id").GetString();
        if (group != ConversationId || conversation != ConversationId || deduplication != call.Key || delivery != call.Key)
        {
            return "its message is not the call's";
        }

        return CheckSignature(message);
    }

    private string? CheckSignature(HttpExchange message)
    {
        DefaultHttpContext context = new();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = message.Target;
        context.Request.Method = message.Method;
        foreach ((string name, string value) in message.Headers)
        {
            context.Request.Headers.Append(name, value);
        }

        try
        {
            _verifier.Verify(context.Request, message.Body);
            return null;
        }
        catch (SqsException exception)
        {
            return $"SQS would refuse its message: {exception.Message}";
        }
    }
}
