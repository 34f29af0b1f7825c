using System.Text;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>
/// Reads and writes objects of one bucket (S3 API reference). The bucket is part of the host's name where it may be and the host is
/// AWS's own, otherwise of the path. Outcomes are values.
/// </summary>
internal sealed class S3Client : IDisposable
{
    /// <summary>The environment variable of the endpoint.</summary>
    internal const string EndpointVariable = "AWS_ENDPOINT_URL_S3";

    private readonly AwsClient _client;
    private readonly string _bucketPath;

    /// <param name="settings">Region, credentials and trust.</param>
    /// <param name="endpoint">Where to connect in place of AWS's own host; null for there.</param>
    /// <param name="bucket">The bucket.</param>
    internal S3Client(AwsSettings settings, Origin? endpoint, string bucket)
    {
        bool isHost = endpoint is null && IsLabel(bucket);
        Origin = endpoint ?? AwsEndpoint.Of(isHost ? $"{bucket}.s3" : "s3", settings.Region);
        _bucketPath = isHost ? "/" : $"/{Encode(bucket)}/";
        _client = new AwsClient(settings, Origin, "s3") { AttemptLimit = TimeSpan.FromMinutes(1) };
    }

    /// <summary>Where is connected to.</summary>
    internal Origin Origin { get; }

    /// <inheritdoc cref="AwsClient.Connect"/>
    internal void Connect(TimeSpan limit) => _client.Connect(limit);

    /// <summary>Reads an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="limit">Bounds everything, reading the content too.</param>
    /// <param name="ifMatch">Only when this is its ETag; null for any.</param>
    internal ValueTask<S3Object> GetObjectAsync(string key, TimeLimit limit, string? ifMatch = null) => ReadAsync("GET", key, limit, ifMatch);

    /// <summary>Asks for an object without its content.</summary>
    internal ValueTask<S3Object> HeadObjectAsync(string key, TimeLimit limit) => ReadAsync("HEAD", key, limit, ifMatch: null);

    /// <summary>Writes an object.</summary>
    /// <returns>The outcome, and the object's ETag with its quotes.</returns>
    internal async ValueTask<(AwsOutcome Outcome, string ETag)> PutObjectAsync(string key, S3Upload upload, TimeLimit limit)
    {
        string eTag = "";
        AwsCall call = new("PUT", PathOf(key))
        {
            Body = upload.Bytes,
            BodyStream = upload.File,
            BodyLength = upload.Length,

            // A second try would meet what the first one wrote.
            IsRepeatable = upload.IfMatch is null && !upload.IsNew,
            Read = answer => (eTag = S3Object.ReadETag(answer)).Length > 0
                ? new(AwsOutcomeKind.Accepted, "", answer.Status, "")
                : AwsOutcome.Unavailable("the answer is not that of S3"),
        };
        call.With("Content-Type", upload.ContentType);
        if (upload.IfMatch is not null)
        {
            call.With("If-Match", upload.IfMatch);
        }

        if (upload.IsNew)
        {
            call.With("If-None-Match", "*");
        }

        foreach ((string name, string value) in upload.Metadata)
        {
            call.With($"X-Amz-Meta-{name}", value);
        }

        AwsReply reply = await SendAsync(key, call, limit).ConfigureAwait(false);
        return (reply.Outcome, reply.Outcome.IsAccepted ? eTag : "");
    }

    /// <summary>Deletes an object; that there is none is no failure.</summary>
    internal async ValueTask<AwsOutcome> DeleteObjectAsync(string key, TimeLimit limit) =>
        (await SendAsync(key, new AwsCall("DELETE", PathOf(key)), limit).ConfigureAwait(false)).Outcome;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    /// <summary>Whether a bucket's name is one label of a host's, for which AWS's certificates are.</summary>
    private static bool IsLabel(string bucket) =>
        bucket.Length is > 0 and <= 63 && !bucket.StartsWith('-') && !bucket.EndsWith('-') &&
            bucket.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    private static string Encode(string text)
    {
        ByteBuffer encoded = new(2 * text.Length);
        CanonicalUri.AppendEncoded(encoded, Encoding.UTF8.GetBytes(text), '/');
        return Encoding.ASCII.GetString(encoded.Written);
    }

    private string PathOf(string key) => _bucketPath + Encode(key);

    private async ValueTask<S3Object> ReadAsync(string method, string key, TimeLimit limit, string? ifMatch)
    {
        AwsCall call = new(method, PathOf(key)) { IsStreamed = true };
        if (ifMatch is not null)
        {
            call.With("If-Match", ifMatch);
        }

        return new S3Object(await SendAsync(key, call, limit).ConfigureAwait(false), limit);
    }

    /// <summary>Without a key it would be the bucket that is read, written or deleted.</summary>
    private ValueTask<AwsReply> SendAsync(string key, AwsCall call, TimeLimit limit) => key.Length > 0
        ? _client.SendAsync(call, limit)
        : ValueTask.FromResult(new AwsReply(new AwsOutcome(AwsOutcomeKind.Refused, "the key is empty", 0, ""), []));
}
