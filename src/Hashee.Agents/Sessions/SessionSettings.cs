using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>Where sessions are kept, as the environment says.</summary>
internal static class SessionSettings
{
    private const string Folder = "HASHEE_SESSIONS_FOLDER";
    private const string Table = "SESSION_TABLE";
    private const string SameTable = "STATE_TABLE";
    private const string Bucket = "SESSION_BUCKET";
    private const string Days = "SESSION_TTL_DAYS";

    /// <summary>A file lives for at most twice this time, which the bucket's lifecycle of 90 days must not cut short.</summary>
    private const int MostDaysInBucket = 44;

    /// <summary>Reads SESSION_TABLE (or STATE_TABLE), SESSION_BUCKET, HASHEE_SESSIONS_FOLDER, SESSION_TTL_DAYS and HASHEE_HISTORY_TURNS.</summary>
    /// <param name="configuration">Collects what is malformed, or contradicts itself.</param>
    /// <param name="clock">Tells the time.</param>
    /// <returns>Null when there is no store; unusable unless <see cref="Configuration.ThrowIfInvalid"/> finds nothing.</returns>
    public static SessionStore? Read(Configuration configuration, TimeProvider clock)
    {
        string? folder = Configuration.Optional(Folder);
        string? table = Configuration.Optional(Table) ?? Configuration.Optional(SameTable);
        string? bucket = Configuration.Optional(Bucket);
        if (Configuration.Optional(Table) is { } one && Configuration.Optional(SameTable) is { } other && one != other)
        {
            configuration.Malformed(SameTable, $"must be empty, or the same as {Table}");
        }

        if (bucket is not null && table is null)
        {
            configuration.Malformed(Bucket, $"must come with {Table}, which says which files of the bucket belong to a session");
        }

        if (folder is not null && (table ?? bucket) is not null)
        {
            configuration.Malformed(Folder, $"must be empty where {Table}, {SameTable} or {Bucket} is set: sessions are in one place only");
        }

        if (folder is not null && !Path.IsPathFullyQualified(folder))
        {
            configuration.Malformed(Folder, "must be an absolute path");
        }

        if (folder is null && table is null)
        {
            return null;
        }

        TimeSpan timeToLive = TimeSpan.FromDays(configuration.WholeNumber(Days, 25, 1, bucket is null ? 3_650 : MostDaysInBucket));
        int turns = configuration.WholeNumber("HASHEE_HISTORY_TURNS", 20, 0, 200);
        return folder is not null
            ? new SessionStore(new FolderRecords(folder), null, new FolderObjects(folder), turns, timeToLive, clock)
            : ReadAws(configuration, table!, bucket, turns, timeToLive, clock);
    }

    private static SessionStore? ReadAws(
        Configuration configuration, string table, string? bucket, int turns, TimeSpan timeToLive, TimeProvider clock)
    {
        AwsSettings settings = AwsSettings.Read(configuration);
        Origin? endpoint = AwsEndpoint.Read(configuration, DynamoDbClient.EndpointVariable);
        Origin? bucketEndpoint = bucket is null ? null : AwsEndpoint.Read(configuration, S3Client.EndpointVariable);
        if (settings.Region.Length == 0)
        {
            return null;
        }

        DynamoSessions records = new(new DynamoDbClient(settings, endpoint), table);
        return bucket is null
            ? new SessionStore(records, records, null, turns, timeToLive, clock)
            : new SessionStore(
                records, null, new CachedObjects(new S3Objects(new S3Client(settings, bucketEndpoint, bucket))), turns, timeToLive, clock);
    }
}
