using System.Text;
using Hashee.Aws.Tests.Sqs;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.DynamoDb;

/// <summary>npm's dynalite with the table <c>table</c>: <c>key</c> (S, HASH), <c>sort</c> (S, RANGE).</summary>
public sealed class Dynalite : IDisposable
{
    private readonly NodeProgram _program = new("dynalite");

    public Dynalite()
    {
        using AwsJsonService service = new(AwsTest.NewClient(_program.Port), "DynamoDB_20120810.", "1.0");
        ByteBuffer request = new(512);
        request.Append(
            """
            {"TableName":"table","BillingMode":"PAY_PER_REQUEST",
             "AttributeDefinitions":[{"AttributeName":"key","AttributeType":"S"},{"AttributeName":"sort","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"key","KeyType":"HASH"},{"AttributeName":"sort","KeyType":"RANGE"}]}
            """u8);
        AwsReply reply = service.CallAsync("CreateTable", request, isRepeatable: false, AwsTest.Soon).AsTask().GetAwaiter().GetResult();
        Assert.True(reply.Outcome.IsAccepted, $"{reply.Outcome.Reason} {Encoding.UTF8.GetString(reply.Body)}");
        Client = new DynamoDbClient(SqsTest.NewSettings(), AwsTest.OriginOf(_program.Port));
    }

    internal DynamoDbClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _program.Dispose();
    }
}
