using System.Text;
using Hashee.Benchmarks.ColdStart.Services;

namespace Hashee.Benchmarks.Tests;

public sealed class CloudTests
{
    [Fact]
    public void Parameters_are_read_from_aws_json()
    {
        HttpExchange request = Request("""{"MessageBody":"{\"a\":\"ü\"}","MessageGroupId":"g"}""", ("x-amz-target", "AmazonSQS.SendMessage"));

        Assert.Equal("""{"a":"ü"}""", Cloud.MessageBody(request));
        Assert.Equal("g", Cloud.Parameter(request, "MessageGroupId"));
        Assert.Null(Cloud.Parameter(request, "MessageDeduplicationId"));
    }

    [Fact]
    public void Parameters_are_read_from_the_query_protocol()
    {
        HttpExchange request = Request("Action=SendMessage&MessageBody=%7B%22a%22%3A%22%C3%BC+%2B%22%7D&MessageGroupId=g");

        Assert.Equal("""{"a":"ü +"}""", Cloud.MessageBody(request));
        Assert.Equal("g", Cloud.Parameter(request, "MessageGroupId"));
        Assert.Null(Cloud.Parameter(request, "MessageDeduplicationId"));
    }

    private static HttpExchange Request(string body, params (string Name, string Value)[] headers) =>
        new("POST", "/", [.. headers.Select(static header => KeyValuePair.Create(header.Name, header.Value))], Encoding.UTF8.GetBytes(body), 0);
}
