using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>Files of sessions in a bucket.</summary>
internal sealed class S3Objects(S3Client client) : ISessionObjects
{
    private const int Longest = 32 * 1024 * 1024;

    public void Connect(TimeSpan limit) => client.Connect(limit);

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(StoredFile file, TimeLimit limit)
    {
        using S3Object found = await client.GetObjectAsync(file.Key, limit, file.ETag);
        (AwsOutcome outcome, byte[] content) = await found.ReadAllAsync(Longest);
        return outcome.Kind switch
        {
            AwsOutcomeKind.Accepted => (ReadOnlyMemory<byte>?)content,

            // Another one with its key is not the one that was written.
            AwsOutcomeKind.NotFound or AwsOutcomeKind.ConditionFailed => null,
            _ => throw SessionException.Away("a file of the session cannot be read", outcome.Reason),
        };
    }

    public async ValueTask<string> PutAsync(string key, ReadOnlyMemory<byte> content, TimeLimit limit)
    {
        S3Upload upload = new() { Bytes = content, ContentType = key.EndsWith(".txt", StringComparison.Ordinal) ? "text/plain" : "application/json" };
        (AwsOutcome outcome, string eTag) = await client.PutObjectAsync(key, upload, limit);
        return outcome.IsAccepted ? eTag : throw SessionException.Away("a file of the session cannot be written", outcome.Reason);
    }

    public async ValueTask DeleteAsync(string key, TimeLimit limit)
    {
        AwsOutcome outcome = await client.DeleteObjectAsync(key, limit);
        if (!outcome.IsAccepted)
        {
            throw SessionException.Away("a file of the session cannot be deleted", outcome.Reason);
        }
    }
}
