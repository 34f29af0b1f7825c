using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hashee.Repository.Tests.Deployment;

public sealed partial class ParameterTests
{
    private static readonly Template Template = Template.Read();

    [Theory]
    [InlineData("HasheeAgentId")]
    [InlineData("HasheeAgentToken")]
    [InlineData("HasheeWebhookSecret")]
    [InlineData("HasheeX25519Private")]
    [InlineData("HasheeEd25519Private")]
    public void What_belongs_to_the_agent_must_be_given_and_is_never_shown(string parameter)
    {
        Assert.Equal("true", Template[$"Parameters/{parameter}/NoEcho"]);
        Assert.Null(Template[$"Parameters/{parameter}/Default"]);
    }

    [Fact]
    public void Everything_else_has_a_default() => Assert.All(
        Template.Keys("Parameters").Where(static name => Template[$"Parameters/{name}/NoEcho"] is null),
        static name => Assert.NotNull(Template[$"Parameters/{name}/Default"]));

    [Fact]
    public void Every_parameter_says_what_it_is_and_is_used() => Assert.All(Template.Keys("Parameters"), static name =>
    {
        Assert.NotNull(Template[$"Parameters/{name}/Description"]);
        Assert.Contains($"!Ref {name}", Template.AllTexts());
    });

    [Fact]
    public void Arm64_is_the_default_and_x86_64_the_other_architecture()
    {
        Assert.Equal("arm64", Template["Parameters/Architecture/Default"]);
        Assert.Equal("[arm64, x86_64]", Template["Parameters/Architecture/AllowedValues"]);
    }

    [Fact]
    public void A_region_without_function_URLs_is_refused_before_anything_is_deployed()
    {
        string assertion = Template["Rules/FunctionUrls/Assertions"]!;
        Assert.Contains("Assert: !Not [!Contains [[", assertion, StringComparison.Ordinal);
        Assert.Contains("], !Ref AWS::Region]]", assertion, StringComparison.Ordinal);
        string operations = Repository.Read("docs/operations.md");
        Assert.All(RegionName().Matches(assertion[..assertion.IndexOf("AssertDescription", StringComparison.Ordinal)]), region =>
            Assert.Contains($"`{region.Value}`", operations, StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_has_5_messages_and_may_have_1_to_10()
    {
        Assert.Equal("5", Template["Parameters/BatchSize/Default"]);
        Assert.Equal("1", Template["Parameters/BatchSize/MinValue"]);
        Assert.Equal("10", Template["Parameters/BatchSize/MaxValue"]);
    }

    [Fact]
    public void The_worker_s_concurrency_is_within_what_Lambda_takes()
    {
        Assert.Equal("2", Template["Parameters/WorkerMaximumConcurrency/MinValue"]);
        Assert.Equal("1000", Template["Parameters/WorkerMaximumConcurrency/MaxValue"]);
        Assert.InRange(Template.Number("Parameters/WorkerMaximumConcurrency/Default"), 2, 1000);
    }

    [Theory]
    [InlineData("HasheeWebhookSecretEncoding", "utf8", "[utf8, base64]")]
    [InlineData("HasheeSenderSignature", "required", "[required, off]")]
    [InlineData("HasheeReply", "plain", "[plain, sealed]")]
    public void A_choice_offers_what_the_functions_take_and_defaults_to_their_default(string parameter, string value, string values)
    {
        Assert.Equal(value, Template[$"Parameters/{parameter}/Default"]);
        Assert.Equal(values, Template[$"Parameters/{parameter}/AllowedValues"]);
    }

    [Fact]
    public void Private_keys_are_checked_before_anything_is_deployed()
    {
        using JsonDocument vectors = JsonDocument.Parse(Repository.Read("tests/vectors/envelope-v1.json"));
        string x25519 = vectors.RootElement.GetProperty("agent_x25519_private").GetString()!;
        string ed25519 = vectors.RootElement.GetProperty("agent_ed25519_private").GetString()!;
        string both = Convert.ToBase64String([.. Convert.FromBase64String(ed25519), .. new byte[32]]);
        Assert.True(Takes("HasheeX25519Private", x25519));
        Assert.True(Takes("HasheeEd25519Private", ed25519));
        Assert.True(Takes("HasheeEd25519Private", both));
        Assert.False(Takes("HasheeX25519Private", both));
        Assert.False(Takes("HasheeX25519Private", x25519[..^1]));
        Assert.False(Takes("HasheeEd25519Private", ed25519 + "\n"));
        Assert.False(Takes("HasheeEd25519Private", "-----BEGIN PRIVATE KEY-----"));
    }

    [Theory]
    [InlineData("HasheeAgentToken", "hsk_0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789")]
    [InlineData("KmsKeyArn", "", "alias/my-key")]
    [InlineData("KmsKeyArn", "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "1234abcd-12ab-34cd-56ef-1234567890ab")]
    [InlineData("HasheeAgentToken", "{{resolve:secretsmanager:hashee:SecretString:token}}", "{{resolve:secretsmanager:hashee}} x")]
    [InlineData("HasheeX25519Private", "{{resolve:secretsmanager:hashee:SecretString:x25519}}", "{{resolve:ssm:/hashee}}")]
    [InlineData("HasheeEd25519Private", "{{resolve:secretsmanager:hashee:SecretString:ed25519}}", "{{resolve:secretsmanager:}}")]
    [InlineData("HasheeBaseUrl", "https://api.hashee.ai", "http://api.hashee.ai")]
    [InlineData("WorkerPolicyArn", "", "MyPolicy")]
    [InlineData("WorkerPolicyArn", "arn:aws:iam::111122223333:policy/agent", "arn:aws:iam::111122223333:role/agent")]
    [InlineData("JobsPatience", "6h", "6 hours")]
    [InlineData("HasheeAgentToken", "secretsmanager:hashee#token", "secretsmanager:")]
    [InlineData("HasheeX25519Private", "ssm:/hashee/x25519", "ssm: x")]
    [InlineData("Model", "echo", "gpt-5")]
    [InlineData("Model", "openai:gpt-5", "openai:")]
    [InlineData("Model", "bedrock:anthropic.claude-sonnet-4-20250514-v1:0", "claude-code")]
    [InlineData("SecretArns", "", "hashee")]
    [InlineData("SecretArns", "arn:aws:secretsmanager:us-east-1:111122223333:secret:hashee-a1b2c3", "arn:aws:ssm:us-east-1:111122223333:parameter/x")]
    [InlineData("ParameterNames", "hashee/token", "/hashee/token")]
    [InlineData("AlarmEmail", "", "nobody")]
    [InlineData("AlarmEmail", "somebody@example.com", "somebody@ example.com")]
    public void A_value_of_the_wrong_kind_is_refused(string parameter, string good, string bad)
    {
        Assert.True(Takes(parameter, good));
        Assert.False(Takes(parameter, bad));
    }

    [GeneratedRegex("[a-z]{2}-[a-z]+-[0-9]")]
    private static partial Regex RegionName();

    // CloudFormation matches the whole value.
    private static bool Takes(string parameter, string value) =>
        Regex.IsMatch(value, $@"\A(?:{Template[$"Parameters/{parameter}/AllowedPattern"]!.Trim('^', '$')})\z", RegexOptions.CultureInvariant);
}
