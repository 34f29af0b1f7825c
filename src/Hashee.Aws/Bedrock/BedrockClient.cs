using System.Text;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>
/// Asks models of Bedrock (API reference, Converse and ConverseStream). A call is tried once: whoever asks knows how long it is worth
/// waiting for.
/// </summary>
/// <param name="settings">Region, credentials and trust.</param>
/// <param name="endpoint">Where to connect in place of AWS's own host; null for there.</param>
/// <param name="bearerToken">AWS_BEARER_TOKEN_BEDROCK: an API key in place of a signature; null for none.</param>
internal sealed class BedrockClient(AwsSettings settings, Origin? endpoint, string? bearerToken) : IDisposable
{
    /// <summary>The environment variable of the endpoint.</summary>
    internal const string EndpointVariable = "AWS_ENDPOINT_URL_BEDROCK_RUNTIME";

    private const int LargestAnswer = 16 * 1024 * 1024;

    private readonly AwsClient _client = new(
        settings, endpoint ?? AwsEndpoint.Of("bedrock-runtime", settings.Region), "bedrock", bearerToken)
    {
        // A model may think for long before it says the first word.
        AttemptLimit = TimeSpan.FromHours(1),
    };

    /// <inheritdoc cref="AwsClient.Connect"/>
    internal void Connect(TimeSpan limit) => _client.Connect(limit);

    /// <summary>Asks a model and waits for its whole answer.</summary>
    /// <param name="modelId">The id of a model or an inference profile, or an ARN.</param>
    /// <param name="request">The request's JSON.</param>
    /// <param name="limit">Bounds everything.</param>
    /// <returns>The answer's JSON object, where the outcome is accepted.</returns>
    internal ValueTask<AwsReply> ConverseAsync(string modelId, ReadOnlyMemory<byte> request, TimeLimit limit) =>
        SendAsync(modelId, "converse", request, isStreamed: false, limit);

    /// <summary>Asks a model and reads its answer as it comes.</summary>
    /// <inheritdoc cref="ConverseAsync"/>
    /// <returns>The events, which the caller disposes.</returns>
    internal async ValueTask<AwsEventStream> ConverseStreamAsync(string modelId, ReadOnlyMemory<byte> request, TimeLimit limit) =>
        new(await SendAsync(modelId, "converse-stream", request, isStreamed: true, limit).ConfigureAwait(false), limit);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private ValueTask<AwsReply> SendAsync(string modelId, string action, ReadOnlyMemory<byte> request, bool isStreamed, TimeLimit limit)
    {
        if (modelId is "" or "." or "..")
        {
            return ValueTask.FromResult(new AwsReply(new AwsOutcome(AwsOutcomeKind.Refused, "the model's id is malformed", 0, ""), []));
        }

        ByteBuffer path = new(128);
        path.Append("/model/"u8);
        CanonicalUri.AppendEncoded(path, Encoding.UTF8.GetBytes(modelId));
        path.Append((byte)'/');
        path.Append(action);
        AwsCall call = new("POST", Encoding.ASCII.GetString(path.Written))
        {
            Body = request,
            Attempts = 1,
            IsRepeatable = true,
            IsStreamed = isStreamed,
            LargestAnswer = LargestAnswer,
            Read = AwsJsonService.Check,
        };
        return _client.SendAsync(call.With("Content-Type", "application/json"), limit);
    }
}
