using System.Text.Json;
using Hashee.Host;
using Hashee.Host.Transport;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>A provider that is asked by one POST, and streams by server-sent events.</summary>
/// <param name="provider">What it is called.</param>
/// <param name="modelId">The model.</param>
/// <param name="baseUrl">Where it is; a path in it is kept as prefix.</param>
/// <param name="path">What is posted to, below that.</param>
/// <param name="trust">Whose certificates are accepted; the roots of this machine when it is null.</param>
internal abstract class HttpModel(string provider, string modelId, HttpUrl baseUrl, string path, Trust? trust) : RemoteModel(provider, modelId)
{
    /// <summary>The bytes that a line, and the data, of a server-sent event may have.</summary>
    private const int LargestEvent = 4 * 1024 * 1024;

    private const int LargestError = 64 * 1024;

    private readonly HttpTransport _transport = new(baseUrl.Origin, trust ?? SystemTrust.Instance);
    private readonly string _target = baseUrl.Path.TrimEnd('/') + path;

    internal override void Connect(TimeSpan limit)
    {
        try
        {
            _transport.Open(Deadline.After(limit));
        }
        catch (Exception exception)
        {
            // Whatever went wrong will go wrong again, and be told, when the model is asked.
            Log.Warn(
                "A model is not connected ahead of time; the first question tries again.",
                new("model", Name),
                new("reason", exception is TransportException ? exception.Message : exception.GetType().Name));
        }
    }

    public override void Dispose() => _transport.Dispose();

    protected abstract void AddHeaders(HttpCall call);

    protected abstract ChatResponse ReadAnswer(ReadOnlySpan<byte> json);

    protected override async ValueTask<ChatResponse> AskAsync(string model, ReadOnlyMemory<byte> request, TimeLimit limit)
    {
        using HttpReply reply = await SendAsync(request, "application/json", limit).ConfigureAwait(false);
        return ReadAnswer(await reply.ReadAllAsync(LargestAnswer).ConfigureAwait(false));
    }

    protected override ModelEvents Open(string model, ReadOnlyMemory<byte> request, TimeLimit limit) => new Events(this, request, limit);

    /// <summary>Both providers' errors are <c>{"error":{"type","code","message"}}</c>; the code says more than the type.</summary>
    internal static (string? Code, string? Message) ReadError(ReadOnlySpan<byte> json)
    {
        string? code = null;
        string? type = null;
        string? message = null;
        try
        {
            Utf8JsonReader reader = new(json);
            if (reader.TryEnterObject())
            {
                while (reader.TryReadName())
                {
                    if (!reader.ValueTextEquals("error"u8) || !reader.TryEnterObject())
                    {
                        reader.Skip();
                        continue;
                    }

                    while (reader.TryReadName())
                    {
                        if (reader.ValueTextEquals("type"u8))
                        {
                            type = reader.ReadText();
                        }
                        else if (reader.ValueTextEquals("message"u8))
                        {
                            message = reader.ReadText();
                        }
                        else if (reader.ValueTextEquals("code"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
                        {
                            code = reader.GetString();
                        }
                        else
                        {
                            reader.Skip();
                        }
                    }
                }
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Whatever else it says: the status is known.
        }

        return (code ?? type, message);
    }

    private async ValueTask<HttpReply> SendAsync(ReadOnlyMemory<byte> request, string accept, TimeLimit limit)
    {
        // A model that is asked twice costs twice, and does no other harm.
        HttpCall call = new HttpCall("POST", _target) { Body = request, IsRepeatable = true }
            .With("Content-Type", "application/json")
            .With("Accept", accept)
            .With("User-Agent", "hashee");
        AddHeaders(call);
        HttpReply reply = await _transport.SendAsync(call, limit).ConfigureAwait(false);
        if (reply.Succeeded)
        {
            return reply;
        }

        using (reply)
        {
            TimeSpan? wait = reply.Head.RetryAfter(Clock.GetUtcNow());
            byte[] body = [];
            try
            {
                body = await reply.ReadAllAsync(LargestError).ConfigureAwait(false);
            }
            catch (TransportException)
            {
                // The status is here; what else there was to say is not needed.
            }

            (string? code, string? message) = ReadError(body);
            throw ModelTrouble.OfStatus(Name, reply.Status, code, message, wait);
        }
    }

    private sealed class Events(HttpModel client, ReadOnlyMemory<byte> request, TimeLimit limit) : ModelEvents
    {
        private readonly ServerSentEvents _events = new(LargestEvent);
        private HttpReply? _reply;

        internal override ReadOnlySpan<byte> Type => _events.Type;

        internal override ReadOnlySpan<byte> Data => _events.Data.Span;

        internal override async ValueTask<bool> ReadAsync()
        {
            _reply ??= await client.SendAsync(request, "text/event-stream", limit).ConfigureAwait(false);
            return await _events.ReadAsync(_reply, limit).ConfigureAwait(false);
        }

        public override void Dispose() => _reply?.Dispose();
    }
}
