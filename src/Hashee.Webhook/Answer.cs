using System.Buffers;
using System.Text;
using Hashee.Lambda;

namespace Hashee.Webhook;

/// <summary>A verdict as a Function URL response (payload format 2.0), refusals in Hashee's error shape.</summary>
/// <param name="Verdict">What was decided.</param>
/// <param name="Detail">
/// For <see cref="Verdict.BadRequest"/>: what is wrong, in printable ASCII without quotes or backslashes; never data of the call.
/// </param>
internal readonly record struct Answer(Verdict Verdict, string Detail = "")
{
    /// <summary>How long the queue took to accept the event; zero where it did not.</summary>
    public TimeSpan EnqueueTime { get; init; }

    /// <summary>The error code, which is also the metric's reason.</summary>
    public string Code => Verdict switch
    {
        Verdict.MethodNotAllowed => "method_not_allowed",
        Verdict.BadRequest => "bad_request",
        Verdict.TooLarge => "too_large",
        Verdict.StaleTimestamp => "stale_timestamp",
        Verdict.InvalidSignature => "invalid_signature",
        Verdict.WrongAgent => "wrong_agent",
        Verdict.QueueUnavailable => "queue_unavailable",
        Verdict.Accepted or Verdict.Healthy => "ok",
        _ => "internal_error",
    };

    /// <summary>Whether the call is answered 200.</summary>
    public bool IsOk => Verdict is Verdict.Accepted or Verdict.Healthy;

    /// <summary>Writes the response.</summary>
    public void WriteTo(IBufferWriter<byte> response)
    {
        if (IsOk)
        {
            response.Write("""{"statusCode":200,"headers":{"content-type":"text/plain"},"body":"ok"}"""u8);
            return;
        }

        string body = $$$"""{"error":{"code":"{{{Code}}}","message":"{{{Message}}}"}}""";
        HttpHeader contentType = new("content-type", "application/json");
        if (Verdict == Verdict.MethodNotAllowed)
        {
            HttpResponse.Write(response, StatusCode, Encoding.ASCII.GetBytes(body), contentType, new HttpHeader("allow", "POST"));
        }
        else
        {
            HttpResponse.Write(response, StatusCode, Encoding.ASCII.GetBytes(body), contentType);
        }
    }

    private int StatusCode => Verdict switch
    {
        Verdict.MethodNotAllowed => 405,
        Verdict.TooLarge => 413,
        Verdict.StaleTimestamp or Verdict.InvalidSignature => 401,
        Verdict.WrongAgent => 403,
        Verdict.QueueUnavailable => 503,
        Verdict.BadRequest => 400,
        Verdict.Accepted or Verdict.Healthy => 200,
        _ => 500,
    };

    private string Message => Verdict switch
    {
        Verdict.MethodNotAllowed => "only POST is answered here",
        Verdict.TooLarge => "the event is larger than 1 MB with what the queue adds to it",
        Verdict.StaleTimestamp => "X-Hashee-Timestamp is more than 300 s old or more than 60 s ahead",
        Verdict.InvalidSignature => "X-Hashee-Signature does not fit the body and this agent's secret",
        Verdict.WrongAgent => "X-Hashee-Agent-Id names another agent",
        Verdict.QueueUnavailable => "the queue did not take the event: please call again",
        Verdict.BadRequest => Detail,
        _ => "the webhook came to no decision: please call again",
    };
}
