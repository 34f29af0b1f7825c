using System.Net.Http.Json;

namespace HttpClientPeer;

internal sealed record Invocation(string Id, FunctionUrlRequest Request);

/// <summary>The Lambda Runtime API, version 2018-06-01.</summary>
internal sealed class RuntimeClient(HttpClient http)
{
    public async Task<Invocation> NextAsync()
    {
        using HttpResponseMessage answer = await http.GetAsync("invocation/next");
        answer.EnsureSuccessStatusCode();
        FunctionUrlRequest? request = await answer.Content.ReadFromJsonAsync(PeerJsonContext.Default.FunctionUrlRequest);
        string id = answer.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        return new Invocation(id, request ?? throw new InvalidOperationException("the event is null"));
    }

    public async Task RespondAsync(Invocation invocation, FunctionUrlResponse response)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            $"invocation/{invocation.Id}/response", response, PeerJsonContext.Default.FunctionUrlResponse);
        answer.EnsureSuccessStatusCode();
    }

    public async Task FailAsync(Invocation invocation, Exception exception)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            $"invocation/{invocation.Id}/error",
            new FunctionError(exception.Message, exception.GetType().Name),
            PeerJsonContext.Default.FunctionError);
        answer.EnsureSuccessStatusCode();
    }
}
