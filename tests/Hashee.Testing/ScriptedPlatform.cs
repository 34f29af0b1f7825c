using System.Collections.Concurrent;
using System.Text;
using Hashee.Emulator.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hashee.Testing;

/// <summary>An HTTP server on loopback that answers as a test says, one answer after the other, the last one for ever.</summary>
internal sealed class ScriptedPlatform : IAsyncDisposable
{
    private readonly ConcurrentQueue<PlatformRequest> _requests = new();
    private readonly ConcurrentQueue<RequestDelegate> _answers = new();
    private LoopbackServer? _server;
    private RequestDelegate _answer = Status(500);

    /// <summary><c>http://127.0.0.1:PORT</c>, without a slash at its end.</summary>
    public string BaseUrl => _server!.Origin.GetLeftPart(UriPartial.Authority);

    public IReadOnlyList<PlatformRequest> Requests => [.. _requests];

    public static async Task<ScriptedPlatform> StartAsync(params RequestDelegate[] answers)
    {
        ScriptedPlatform platform = new();
        foreach (RequestDelegate answer in answers)
        {
            platform._answers.Enqueue(answer);
        }

        platform._server = await LoopbackServer.StartAsync(platform.HandleAsync);
        return platform;
    }

    public static RequestDelegate Status(int status, string body = "{}", string? retryAfter = null, string? location = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        context.Response.Headers.Location = location;
        return context.Response.WriteAsync(body);
    };

    /// <summary>Reads the request and closes the connection without an answer.</summary>
    public static RequestDelegate Cut() => static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Never answers; <paramref name="onRequest"/> is told about the request.</summary>
    public static RequestDelegate Silence(Action onRequest) => context =>
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(gone.SetResult);
        onRequest();
        return gone.Task;
    };

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        (byte[]? body, _) = await context.Request.ReadBodyAsync(2_000_000, context.RequestAborted);
        _requests.Enqueue(new PlatformRequest(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.Authorization.ToString(),
            Encoding.UTF8.GetString(body!)));
        if (_answers.TryDequeue(out RequestDelegate? next))
        {
            _answer = next;
        }

        await _answer(context);
    }
}
