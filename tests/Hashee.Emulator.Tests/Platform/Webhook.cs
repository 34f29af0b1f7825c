using System.Collections.Concurrent;
using Hashee.Emulator.Http;
using Microsoft.AspNetCore.Http;

namespace Hashee.Emulator.Tests.Platform;

/// <summary>An HTTP endpoint that answers with the given statuses, one after the other, and then 200; it keeps what it was sent.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly ConcurrentQueue<int> _statuses;
    private readonly ConcurrentQueue<WebhookCall> _calls = new();
    private LoopbackServer? _server;

    private Webhook(IEnumerable<int> statuses) => _statuses = new ConcurrentQueue<int>(statuses);

    /// <summary>Not an HTTP status: the call is held until the caller gives up.</summary>
    public const int Silence = 0;

    public Uri Url => new(_server!.Origin, "/hook");

    public IReadOnlyList<WebhookCall> Calls => [.. _calls];

    public static async Task<Webhook> StartAsync(params int[] statuses)
    {
        Webhook webhook = new(statuses);
        webhook._server = await LoopbackServer.StartAsync(webhook.HandleAsync);
        return webhook;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        (byte[]? body, _) = await context.Request.ReadBodyAsync(2_000_000, context.RequestAborted);
        _calls.Enqueue(new WebhookCall(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body!));
        int status = _statuses.TryDequeue(out int next) ? next : 200;
        if (status == Silence)
        {
            TaskCompletionSource gone = new();
            using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
        await context.Response.WriteAsync($"answer {status}");
    }
}

/// <summary>One request to a <see cref="Webhook"/>.</summary>
internal sealed record WebhookCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
