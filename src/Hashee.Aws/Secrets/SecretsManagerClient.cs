using System.Buffers;
using System.Buffers.Text;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>Reads secrets of Secrets Manager (API reference, GetSecretValue).</summary>
/// <param name="settings">Region, credentials and trust.</param>
/// <param name="endpoint">Where to connect in place of AWS's own host; null for there.</param>
internal sealed class SecretsManagerClient(AwsSettings settings, Origin? endpoint) : IDisposable
{
    /// <summary>The environment variable of the endpoint.</summary>
    internal const string EndpointVariable = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

    private readonly AwsJsonService _service = new(
        new AwsClient(settings, endpoint ?? AwsEndpoint.Of("secretsmanager", settings.Region), "secretsmanager"), "secretsmanager.", "1.1");

    /// <summary>Reads a secret's present value.</summary>
    /// <param name="id">Its name or ARN.</param>
    /// <param name="limit">Bounds all tries together.</param>
    /// <returns>The outcome, and the value's bytes: UTF-8 where it is a text.</returns>
    internal async ValueTask<(AwsOutcome Outcome, byte[] Value)> GetSecretValueAsync(string id, TimeLimit limit)
    {
        ByteBuffer request = new(256);
        request.Append("{\"SecretId\":"u8);
        JsonText.WriteString(request, id);
        request.Append((byte)'}');
        AwsReply reply = await _service.CallAsync("GetSecretValue", request, isRepeatable: true, limit).ConfigureAwait(false);
        return !reply.Outcome.IsAccepted ? (reply.Outcome, [])
            : ReadValue(reply.Body) is { } value ? (reply.Outcome, value)
            : (AwsOutcome.Unavailable("the answer is not that of Secrets Manager"), []);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _service.Dispose();

    private static byte[]? ReadValue(ReadOnlySpan<byte> json)
    {
        ByteBuffer value = new(256);
        if (AwsError.TryReadMember(json, "SecretString"u8, value))
        {
            return value.Written.ToArray();
        }

        if (!AwsError.TryReadMember(json, "SecretBinary"u8, value))
        {
            return null;
        }

        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(value.Length)];
        return Base64.DecodeFromUtf8(value.Written, bytes, out _, out int length) == OperationStatus.Done ? bytes[..length] : null;
    }
}
