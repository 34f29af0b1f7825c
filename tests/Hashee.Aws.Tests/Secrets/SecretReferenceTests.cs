using Hashee.Host;
using Hashee.Testing;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Secrets;

public sealed class SecretReferenceTests : IDisposable
{
    private readonly NativeEnvironment _environment = new();
    private readonly List<HttpMessage> _requests = [];

    public SecretReferenceTests()
    {
        _environment.Set("AWS_REGION", "eu-west-1");
        _environment.Set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        _environment.Set("AWS_SECRET_ACCESS_KEY", "secret");
    }

    public void Dispose() => _environment.Dispose();

    [Theory]
    [InlineData("secretsmanager:app", """{"SecretString":"all of it"}""", "all of it")]
    [InlineData("secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:app-x", """{"SecretString":"ü#1"}""", "ü#1")]
    [InlineData("secretsmanager:app#token", """{"SecretString":"{\"other\":\"a\",\"token\":\"b\\n\\u00e9\"}"}""", "b\né")]
    [InlineData("secretsmanager:app#port", """{"SecretString":"{\"port\":5432}"}""", "5432")]
    [InlineData("secretsmanager:app#on", """{"SecretString":"{\"on\":true}"}""", "true")]
    [InlineData("secretsmanager:app", """{"SecretBinary":"YWJj"}""", "abc")]
    public void A_secret_takes_its_references_place(string reference, string answer, string value)
    {
        using LoopbackServer server = SecretsManager(AwsTest.Response(200, answer));
        _environment.Set("TEST_REFERENCE", reference);

        SecretReferences.Resolve();

        Assert.Equal(value, EnvironmentVariables.GetString("TEST_REFERENCE"));
        Assert.Equal($$"""{"SecretId":"{{reference["secretsmanager:".Length..].Split('#')[0]}}"}""", Assert.Single(_requests).Text);
    }

    [Fact]
    public void A_parameter_takes_its_references_place_whatever_is_in_its_name()
    {
        using LoopbackServer server = Ssm(AwsTest.Response(200, """{"Parameter":{"Value":"x"}}"""));
        _environment.Set("TEST_REFERENCE", "ssm:/app/key#1:3");

        SecretReferences.Resolve();

        Assert.Equal("x", EnvironmentVariables.GetString("TEST_REFERENCE"));
        Assert.Equal("""{"Name":"/app/key#1:3","WithDecryption":true}""", Assert.Single(_requests).Text);
    }

    [Fact]
    public void A_secret_that_several_variables_refer_to_is_read_once_and_all_over_one_connection()
    {
        using LoopbackServer server = SecretsManager(AwsTest.Response(200, """{"SecretString":"{\"a\":\"1\",\"b\":\"2\"}"}"""));
        _environment.Set("TEST_A", "secretsmanager:app#a");
        _environment.Set("TEST_B", "secretsmanager:app#b");
        _environment.Set("TEST_C", "secretsmanager:other");

        SecretReferences.Resolve();

        Assert.Equal(("1", "2"), (EnvironmentVariables.GetString("TEST_A"), EnvironmentVariables.GetString("TEST_B")));
        Assert.Equal((2, 1), (_requests.Count, server.Connections));
    }

    [Fact]
    public void Both_services_are_asked_at_the_same_time()
    {
        using Barrier both = new(2);
        using LoopbackServer secrets = new(Meeting("""{"SecretString":"s"}"""));
        using LoopbackServer parameters = new(Meeting("""{"Parameter":{"Value":"p"}}"""));
        _environment.Set(SecretsManagerClient.EndpointVariable, $"http://127.0.0.1:{secrets.Port}");
        _environment.Set(SsmClient.EndpointVariable, $"http://127.0.0.1:{parameters.Port}");
        _environment.Set("TEST_A", "secretsmanager:a");
        _environment.Set("TEST_B", "ssm:b");

        SecretReferences.Resolve();

        Assert.Equal(("s", "p"), (EnvironmentVariables.GetString("TEST_A"), EnvironmentVariables.GetString("TEST_B")));

        Action<ServerConnection> Meeting(string answer) => connection =>
        {
            connection.ReadRequest();
            both.SignalAndWait(TestContext.Current.CancellationToken);
            connection.Send(AwsTest.Response(200, answer));
        };
    }

    [Fact]
    public void Every_variable_that_cannot_be_resolved_is_named_with_the_services_code_and_keeps_its_value()
    {
        using LoopbackServer secrets = SecretsManager(AwsTest.Response(400, """{"__type":"ResourceNotFoundException","Message":"hidden"}"""));
        using LoopbackServer parameters = Ssm(AwsTest.Response(400, """{"__type":"ParameterNotFound","message":"hidden"}"""));
        _environment.Set("TEST_A", "secretsmanager:hidden#hidden");
        _environment.Set("TEST_B", "ssm:hidden");
        _environment.Set("TEST_C", "ssm:");

        ConfigurationException wrong = Assert.Throws<ConfigurationException>(SecretReferences.Resolve);

        Assert.Contains("TEST_A cannot be resolved: Secrets Manager answers ResourceNotFoundException", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("TEST_B cannot be resolved: Systems Manager answers ParameterNotFound", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("TEST_C is malformed", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("ssm:hidden", EnvironmentVariables.GetString("TEST_B"));
    }

    [Theory]
    [InlineData("secretsmanager:app#token", "not JSON")]
    [InlineData("secretsmanager:app#token", "[1]")]
    [InlineData("secretsmanager:app#token", "{}")]
    [InlineData("secretsmanager:app#token", """{\"token\":{}}""")]
    [InlineData("secretsmanager:app#token", """{\"token\":null}""")]
    [InlineData("secretsmanager:app#token", """{\"token\":\"\"}""")]
    [InlineData("secretsmanager:app#token", """{\"token\":\"a\\u0000b\"}""")]
    [InlineData("secretsmanager:app#token", """{\"token\":\"\\ud800\"}""")]
    [InlineData("secretsmanager:app", """a\u0000b""")]
    public void A_secret_that_no_variable_can_hold_is_an_error_that_shows_nothing_of_it(string reference, string secret)
    {
        using LoopbackServer server = SecretsManager(AwsTest.Response(200, $$"""{"SecretString":"{{secret}}"}"""));
        _environment.Set("TEST_REFERENCE", reference);

        ConfigurationException wrong = Assert.Throws<ConfigurationException>(SecretReferences.Resolve);

        Assert.StartsWith("The function's configuration is invalid. TEST_REFERENCE cannot be resolved: ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(reference, EnvironmentVariables.GetString("TEST_REFERENCE"));
    }

    [Fact]
    public void A_service_that_is_away_is_named()
    {
        using LoopbackServer server = SecretsManager();
        server.Close();
        _environment.Set("TEST_REFERENCE", "secretsmanager:app");

        ConfigurationException wrong = Assert.Throws<ConfigurationException>(SecretReferences.Resolve);

        Assert.Contains("TEST_REFERENCE cannot be resolved: Secrets Manager: connecting to 127.0.0.1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_references_nothing_is_asked_for_and_nothing_is_required()
    {
        _environment.Dispose();
        _environment.Set("TEST_REFERENCE", "not secretsmanager:app");

        SecretReferences.Resolve();

        Assert.Equal("not secretsmanager:app", EnvironmentVariables.GetString("TEST_REFERENCE"));
    }

    private LoopbackServer SecretsManager(params string[] answers) => Serve(SecretsManagerClient.EndpointVariable, answers);

    private LoopbackServer Ssm(params string[] answers) => Serve(SsmClient.EndpointVariable, answers);

    private LoopbackServer Serve(string variable, string[] answers)
    {
        LoopbackServer server = new(AwsTest.Answer(_requests, answers));
        _environment.Set(variable, $"http://127.0.0.1:{server.Port}");
        return server;
    }
}
