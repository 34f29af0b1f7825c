using System.Text;
using Hashee.Aws.Tests.Sqs;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Secrets;

public sealed class SecretTests
{
    private readonly List<HttpMessage> _requests = [];

    [Theory]
    [InlineData("""{"ARN":"a","Name":"n","SecretString":"a \"secret\" \u00fc"}""", "a \"secret\" ü")]
    [InlineData("""{"SecretBinary":"AAEC"}""", "\0\u0001\u0002")]
    [InlineData("""{"SecretBinary":"*"}""", null)]
    [InlineData("""{"SecretString":1}""", null)]
    [InlineData("{}", null)]
    public async Task A_secret_is_read_by_its_name(string answer, string? value)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, answer)));
        using SecretsManagerClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        (AwsOutcome outcome, byte[] bytes) = await client.GetSecretValueAsync("arn:x:\"y", AwsTest.Soon);

        Assert.Equal((value is not null, value ?? ""), (outcome.IsAccepted, Encoding.UTF8.GetString(bytes)));
        Assert.True(outcome.IsAccepted || outcome.Reason == "the answer is not that of Secrets Manager");
        HttpMessage request = Assert.Single(_requests);
        Assert.Equal("""{"SecretId":"arn:x:\"y"}""", request.Text);
        Assert.Equal(
            ("secretsmanager.GetSecretValue", "application/x-amz-json-1.1"), (request.Headers["X-Amz-Target"], request.Headers["Content-Type"]));
        Assert.Contains("/eu-west-1/secretsmanager/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Parameter":{"Name":"n","Type":"SecureString","Value":"a \"secret\""}}""", "a \"secret\"")]
    [InlineData("""{"Parameter":{"Name":"n"}}""", null)]
    [InlineData("""{"Parameter":"x"}""", null)]
    [InlineData("""{"\ud800":1}""", null)]
    [InlineData("{}", null)]
    public async Task A_parameter_is_read_and_decrypted(string answer, string? value)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, answer)));
        using SsmClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        (AwsOutcome outcome, byte[] bytes) = await client.GetParameterAsync("/a/b", AwsTest.Soon);

        Assert.Equal((value is not null, value ?? ""), (outcome.IsAccepted, Encoding.UTF8.GetString(bytes)));
        Assert.True(outcome.IsAccepted || outcome.Reason == "the answer is not that of Systems Manager");
        HttpMessage request = Assert.Single(_requests);
        Assert.Equal("""{"Name":"/a/b","WithDecryption":true}""", request.Text);
        Assert.Equal(("AmazonSSM.GetParameter", "application/x-amz-json-1.1"), (request.Headers["X-Amz-Target"], request.Headers["Content-Type"]));
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_refused_with_the_services_code()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(400, """{"__type":"ResourceNotFoundException","Message":"x"}""")));
        using SecretsManagerClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        (AwsOutcome outcome, byte[] bytes) = await client.GetSecretValueAsync("x", AwsTest.Soon);

        Assert.Equal((AwsOutcomeKind.Refused, "ResourceNotFoundException"), (outcome.Kind, outcome.Code));
        Assert.Empty(bytes);
    }
}
