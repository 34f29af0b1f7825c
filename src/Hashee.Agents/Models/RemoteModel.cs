using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hashee.Host;
using Hashee.Host.Transport;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>
/// A model that somebody is asked for. 429, 5xx and broken connections are tried again as long as nothing of an answer has been handed out.
/// </summary>
/// <param name="provider">What the provider is called in <c>HASHEE_MODEL</c>.</param>
/// <param name="modelId">The model.</param>
internal abstract class RemoteModel(string provider, string modelId) : ModelClient(provider, modelId)
{
    /// <summary>The bytes that an answer may have.</summary>
    internal const int LargestAnswer = 16 * 1024 * 1024;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Measures the waits between tries.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Asks for a whole answer.</summary>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> request = Write(messages, options, isStreamed: false);
        ModelTries tries = new(Name, options, Clock, cancellationToken);
        while (true)
        {
            TimeLimit limit = tries.NextLimit();
            (ChatResponse? response, ModelTrouble? trouble) = await TryAsync(AskAsync(ModelOf(options), request, limit), limit).ConfigureAwait(false);
            if (response is not null)
            {
                return response;
            }

            await tries.WaitAsync(trouble!).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for an answer and hands out its pieces as they come.</summary>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> request = Write(messages, options, isStreamed: true);
        ModelTries tries = new(Name, options, Clock, cancellationToken);
        while (true)
        {
            TimeLimit limit = tries.NextLimit();
            ModelStreamReader reader = NewReader();
            using ModelEvents events = Open(ModelOf(options), request, limit);
            bool isHandedOut = false;
            long size = 0;
            ModelTrouble? trouble;
            do
            {
                (StreamState state, trouble) = await TryAsync(ReadAsync(events, reader, size), limit).ConfigureAwait(false);
                size = state.Size;
                while (trouble is null && reader.Take() is { } piece)
                {
                    isHandedOut = true;
                    yield return piece;
                }

                if (state.IsAtEnd)
                {
                    yield break;
                }
            }
            while (trouble is null);

            if (isHandedOut)
            {
                throw new ModelException(trouble.Failure);
            }

            events.Dispose();
            await tries.WaitAsync(trouble).ConfigureAwait(false);
        }
    }

    /// <summary>The model that a call is for: the client's own unless the options name another.</summary>
    protected string ModelOf(ChatOptions? options) => options?.ModelId ?? ModelId;

    /// <summary>Writes the request's JSON object.</summary>
    /// <exception cref="NotSupportedException">The provider has no form for something; the message names it.</exception>
    protected abstract void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreamed);

    /// <summary>Sends a request and reads the whole answer.</summary>
    protected abstract ValueTask<ChatResponse> AskAsync(string model, ReadOnlyMemory<byte> request, TimeLimit limit);

    /// <summary>Makes the request for a stream, which is sent when its first event is read.</summary>
    protected abstract ModelEvents Open(string model, ReadOnlyMemory<byte> request, TimeLimit limit);

    protected abstract ModelStreamReader NewReader();

    private ReadOnlyMemory<byte> Write(IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreamed)
    {
        ByteBuffer request = new(4096);
        try
        {
            using Utf8JsonWriter json = new(request, Plain);
            Write(json, [.. messages], options, isStreamed);
        }
        catch (NotSupportedException unsupported)
        {
            throw new ModelException(ModelTrouble.Unsupported(Name, unsupported.Message).Failure);
        }

        return request.WrittenMemory;
    }

    private async ValueTask<StreamState> ReadAsync(ModelEvents events, ModelStreamReader reader, long size)
    {
        bool isRead = !reader.IsComplete && await events.ReadAsync().ConfigureAwait(false);
        if (!isRead)
        {
            if (!reader.MayEnd)
            {
                throw ModelTrouble.BrokenOff(Name);
            }

            reader.End();
            return new StreamState(size, IsAtEnd: true);
        }

        size += events.Data.Length;
        if (size > LargestAnswer)
        {
            throw ModelTrouble.Malformed(Name, $"it has more than {LargestAnswer} bytes");
        }

        reader.Read(events.Type, events.Data);
        return new StreamState(size, IsAtEnd: false);
    }

    /// <summary>Gives what went wrong one form; only a cancelled token's exception stays what it is.</summary>
    private async ValueTask<(T? Value, ModelTrouble? Trouble)> TryAsync<T>(ValueTask<T> work, TimeLimit limit)
    {
        try
        {
            return (await work.ConfigureAwait(false), null);
        }
        catch (ModelTrouble trouble)
        {
            return (default, trouble);
        }
        catch (TransportException failure)
        {
            return (default,
                limit.Deadline.HasPassed ? ModelTrouble.NoTime(Name)
                : failure.Step == TransportStep.Decoding ? ModelTrouble.Malformed(Name, failure.Message)
                : ModelTrouble.Unreachable(Name, failure.Message));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // An InvalidOperationException is the reader's word for a name with half of a surrogate pair in it.
            return (default, ModelTrouble.Malformed(Name, "it is not the JSON that was expected"));
        }
        catch (OperationCanceledException) when (limit.Deadline.HasPassed)
        {
            return (default, ModelTrouble.NoTime(Name));
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return (default, ModelTrouble.Unreachable(Name, "OpenSSL 3 (libssl.so.3, libcrypto.so.3) cannot be loaded"));
        }
    }

    private readonly record struct StreamState(long Size, bool IsAtEnd);
}
