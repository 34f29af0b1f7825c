using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Hashee.Emulator.Tests.Lambda;

/// <summary>The runtime's side of the Runtime API of one instance.</summary>
internal sealed class RuntimeClient(string authority) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri($"http://{authority}/2018-06-01/runtime/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Where the Runtime API listens: <c>host:port</c>.</summary>
    public string Authority => authority;

    /// <summary>Waits for an event that has to come.</summary>
    public async Task<Event> NextAsync(CancellationToken cancellationToken)
    {
        Event? next = await TryNextAsync(cancellationToken);
        Assert.NotNull(next);
        return next;
    }

    /// <summary>Waits for an event; null when the request is refused.</summary>
    public async Task<Event?> TryNextAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetNextAsync(cancellationToken);
        return !response.IsSuccessStatusCode ? null : new Event(
            Header(response, "Lambda-Runtime-Aws-Request-Id"),
            long.Parse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture),
            Header(response, "Lambda-Runtime-Invoked-Function-Arn"),
            Header(response, "Lambda-Runtime-Trace-Id"),
            await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public Task<HttpResponseMessage> GetNextAsync(CancellationToken cancellationToken) => _http.GetAsync("invocation/next", cancellationToken);

    public Task<Answer> RespondAsync(string requestId, string body) => PostAsync($"invocation/{requestId}/response", body);

    public Task<Answer> FailAsync(string requestId, string body) => PostAsync($"invocation/{requestId}/error", body);

    public Task<Answer> FailInitAsync(string body) => PostAsync("init/error", body);

    public async Task<Answer> PostAsync(string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync(path, content, CancellationToken.None);
        return new Answer(response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken.None)));
    }

    public void Dispose() => _http.Dispose();

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    internal sealed record Event(string RequestId, long DeadlineMilliseconds, string FunctionArn, string TraceId, string Body);

    internal sealed record Answer(HttpStatusCode Status, JsonNode? Body)
    {
        public string? ErrorType => Body?["errorType"]?.GetValue<string>();
    }
}
