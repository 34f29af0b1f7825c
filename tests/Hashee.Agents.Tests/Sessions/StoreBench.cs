using System.Text;
using Hashee.Agents.Sessions;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Testing;
using Hashee.Testing.Servers;

namespace Hashee.Agents.Tests.Sessions;

/// <summary>A place for sessions, with a clock.</summary>
public abstract class StoreBench : IDisposable
{
    internal TestClock Clock { get; } = new();

    internal static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), CancellationToken.None);

    /// <summary>The store as another worker has it.</summary>
    internal abstract WatchedStore NewWorker();

    /// <summary>Adds what a newer version could have added, at the place itself.</summary>
    internal abstract Task AddMemberAsync(string key, string name, string text);

    /// <summary>What stands at the place itself under a name; null when nothing does.</summary>
    internal abstract Task<string?> ReadMemberAsync(string key, string name);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>A folder.</summary>
public sealed class FolderBench : StoreBench
{
    internal string Folder { get; } = Path.Combine(Path.GetTempPath(), $"sessions-{Guid.NewGuid():N}");

    public override void Dispose()
    {
        base.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    internal override WatchedStore NewWorker() => new(new FolderRecords(Folder), null, new FolderObjects(Folder));

    internal override async Task AddMemberAsync(string key, string name, string text)
    {
        string path = PathOf(key);
        System.Text.Json.Nodes.JsonObject json = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        json[name] = name == "version" ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : text;
        await File.WriteAllTextAsync(path, json.ToJsonString());
    }

    internal override async Task<string?> ReadMemberAsync(string key, string name) =>
        System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(PathOf(key)))![name]?.ToString();

    private string PathOf(string key) => Path.Combine(Folder, $"{key.Replace(":", "%3A", StringComparison.Ordinal)}.json");
}

/// <summary>npm's dynalite with a table for sessions.</summary>
public class DynamoBench : StoreBench
{
    internal const string Table = "sessions";

    private readonly NodeProgram _program = new("dynalite");

    public DynamoBench()
    {
        Origin origin = new(false, "127.0.0.1", _program.Port);
        using AwsJsonService service = new(new AwsClient(NewSettings("AKIDEXAMPLE"), origin, "dynamodb"), "DynamoDB_20120810.", "1.0");
        ByteBuffer request = new(512);
        request.Append(
            """
            {"TableName":"sessions","BillingMode":"PAY_PER_REQUEST",
             "AttributeDefinitions":[{"AttributeName":"session_key","AttributeType":"S"},{"AttributeName":"item","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"session_key","KeyType":"HASH"},{"AttributeName":"item","KeyType":"RANGE"}]}
            """u8);
        AwsReply reply = service.CallAsync("CreateTable", request, isRepeatable: false, Soon).AsTask().GetAwaiter().GetResult();
        Assert.True(reply.Outcome.IsAccepted, reply.Outcome.Reason);
        Client = new DynamoDbClient(NewSettings("AKIDEXAMPLE"), origin);
    }

    internal DynamoDbClient Client { get; }

    public override void Dispose()
    {
        base.Dispose();
        Client.Dispose();
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    internal override WatchedStore NewWorker()
    {
        DynamoSessions table = new(Client, Table);
        return new WatchedStore(table, table, null);
    }

    internal override async Task AddMemberAsync(string key, string name, string text) => Assert.True((await Client.UpdateItemAsync(
        Table,
        KeyOf(key),
        "SET #name = :text",
        new DynamoExpression
        {
            Names = [("#name", name)],
            Values = new() { [":text"] = name == "version" ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : text },
        },
        returnsItem: false,
        Soon)).Outcome.IsAccepted);

    internal override async Task<string?> ReadMemberAsync(string key, string name) =>
        (await Client.GetItemAsync(Table, KeyOf(key), Soon)).Item!.TryGet(name, out DynamoValue value) ? value.Text : null;

    internal static AwsSettings NewSettings(string id) =>
        new() { Region = "us-east-1", AccessKeyId = id, SecretAccessKey = Encoding.ASCII.GetBytes(id) };

    private static DynamoItem KeyOf(string key) => new() { ["session_key"] = key, ["item"] = "session" };
}

/// <summary>The same with npm's s3rver for files.</summary>
public sealed class BucketBench : DynamoBench
{
    private readonly NodeProgram _program = new("s3rver");

    public BucketBench() =>
        Bucket = new S3Client(NewSettings("S3RVER"), new Origin(false, "127.0.0.1", _program.Port), "bucket");

    internal S3Client Bucket { get; }

    public override void Dispose()
    {
        base.Dispose();
        Bucket.Dispose();
        _program.Dispose();
    }

    internal override WatchedStore NewWorker() => new(new DynamoSessions(Client, Table), null, new S3Objects(Bucket));
}
