using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>Reads parameters of Systems Manager's parameter store (API reference, GetParameter).</summary>
/// <param name="settings">Region, credentials and trust.</param>
/// <param name="endpoint">Where to connect in place of AWS's own host; null for there.</param>
internal sealed class SsmClient(AwsSettings settings, Origin? endpoint) : IDisposable
{
    /// <summary>The environment variable of the endpoint.</summary>
    internal const string EndpointVariable = "AWS_ENDPOINT_URL_SSM";

    private readonly AwsJsonService _service = new(
        new AwsClient(settings, endpoint ?? AwsEndpoint.Of("ssm", settings.Region), "ssm"), "AmazonSSM.", "1.1");

    /// <summary>Reads a parameter's value, decrypted where it is a SecureString.</summary>
    /// <param name="name">Its name or ARN.</param>
    /// <param name="limit">Bounds all tries together.</param>
    /// <returns>The outcome, and the value as UTF-8.</returns>
    internal async ValueTask<(AwsOutcome Outcome, byte[] Value)> GetParameterAsync(string name, TimeLimit limit)
    {
        ByteBuffer request = new(256);
        request.Append("{\"Name\":"u8);
        JsonText.WriteString(request, name);
        request.Append(",\"WithDecryption\":true}"u8);
        AwsReply reply = await _service.CallAsync("GetParameter", request, isRepeatable: true, limit).ConfigureAwait(false);
        return !reply.Outcome.IsAccepted ? (reply.Outcome, [])
            : ReadValue(reply.Body) is { } value ? (reply.Outcome, value)
            : (AwsOutcome.Unavailable("the answer is not that of Systems Manager"), []);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _service.Dispose();

    private static byte[]? ReadValue(ReadOnlySpan<byte> json)
    {
        ByteBuffer value = new(256);
        Utf8JsonReader reader = new(json);
        reader.Read();
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isWanted = reader.ValueTextEquals("Parameter"u8);
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isWanted)
                {
                    return AwsError.TryReadMember(json[start..(int)reader.BytesConsumed], "Value"u8, value) ? value.Written.ToArray() : null;
                }
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // A name with half of a surrogate pair in it.
        }

        return null;
    }
}
