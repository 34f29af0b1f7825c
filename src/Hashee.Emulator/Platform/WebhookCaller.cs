using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>Posts signed events to webhooks.</summary>
internal sealed class WebhookCaller(PlatformOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        UseCookies = false,
        UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1_048_576,
    };

    /// <summary>Calls the webhook until it answers 2xx or the schedule ends. A delivery that was accepted before is delivered again.</summary>
    public async Task<bool> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        for (int failed = 1; ; failed++)
        {
            DeliveryAttempt attempt = await AttemptAsync(delivery, cancellationToken);
            if (attempt.IsAccepted)
            {
                return true;
            }

            if (options.Retry.DelayAfter(failed) is not { } delay)
            {
                return false;
            }

            await Task.Delay(delay, options.Time, cancellationToken);
        }
    }

    /// <summary>Calls the webhook once, with a time stamp and a signature of this moment.</summary>
    public async Task<DeliveryAttempt> AttemptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        Uri url = delivery.Agent.WebhookUrl ?? throw new InvalidOperationException($"Agent {delivery.Agent.Id} has no webhook URL.");
        long timestamp = options.Time.GetUtcNow().ToUnixTimeSeconds();
        string signature = WebhookSignature.Sign(Encoding.UTF8.GetBytes(delivery.Agent.WebhookSecret), timestamp, delivery.Id, delivery.Body.Span);

        using HttpRequestMessage request = new(HttpMethod.Post, url);
        request.Content = new ReadOnlyMemoryContent(delivery.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookHeaders.SignatureName, signature);
        request.Headers.Add(WebhookHeaders.TimestampName, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookHeaders.DeliveryIdName, delivery.Id);
        request.Headers.Add(WebhookHeaders.AgentIdName, delivery.Agent.Id);

        using CancellationTokenSource timeout = new(options.WebhookTimeout, options.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        long startedAt = options.Time.GetTimestamp();
        (int? status, string answer) = await PostAsync(request, either.Token, cancellationToken);
        DeliveryAttempt attempt = new(startedAt, options.Time.GetTimestamp(), status, answer);
        delivery.Add(attempt);
        return attempt;
    }

    private async Task<(int? Status, string Answer)> PostAsync(HttpRequestMessage request, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, limit);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(limit));
        }
        catch (HttpRequestException e)
        {
            return (null, $"no answer: {e.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {options.WebhookTimeout.TotalSeconds} s");
        }
    }

    public void Dispose() => _http.Dispose();
}
