using Hashee.Agents.Sessions;
using Hashee.Host;
using Hashee.Testing;

namespace Hashee.Agents.Tests.Sessions;

public class SessionSettingsTests
{
    private static readonly (string Name, string Value)[] Aws =
        [("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];

    [Fact]
    public void Without_a_store_there_are_no_sessions_and_nothing_of_AWS_is_asked_for() => Assert.Equal((false, false, null), Read());

    [Theory]
    [InlineData("SESSION_TABLE", false)]
    [InlineData("STATE_TABLE", false)]
    [InlineData("SESSION_TABLE,SESSION_BUCKET", true)]
    [InlineData("STATE_TABLE,SESSION_BUCKET", true)]
    [InlineData("SESSION_TABLE,STATE_TABLE", false)]
    public void A_table_may_have_a_bucket(string names, bool hasFiles) =>
        Assert.Equal((true, hasFiles, null), Read([.. Aws, .. names.Split(',').Select(static name => (name, "name"))]));

    [Fact]
    public void A_folder_needs_nothing_else() => Assert.Equal((true, true, null), Read(("HASHEE_SESSIONS_FOLDER", "/var/lib/sessions")));

    [Theory]
    [InlineData("SESSION_BUCKET=b", "SESSION_BUCKET is malformed: it must come with SESSION_TABLE")]
    [InlineData("SESSION_TABLE=a,STATE_TABLE=b", "STATE_TABLE is malformed: it must be empty, or the same as SESSION_TABLE")]
    [InlineData("HASHEE_SESSIONS_FOLDER=/a,STATE_TABLE=b", "HASHEE_SESSIONS_FOLDER is malformed: it must be empty where")]
    [InlineData("HASHEE_SESSIONS_FOLDER=a/b", "HASHEE_SESSIONS_FOLDER is malformed: it must be an absolute path")]
    [InlineData("HASHEE_SESSIONS_FOLDER=/a,SESSION_TTL_DAYS=0", "SESSION_TTL_DAYS is malformed: it must be a whole number, 1 to 3650")]
    [InlineData("SESSION_TABLE=a,SESSION_BUCKET=b,SESSION_TTL_DAYS=45", "SESSION_TTL_DAYS is malformed: it must be a whole number, 1 to 44")]
    [InlineData("SESSION_TABLE=a,HASHEE_HISTORY_TURNS=201", "HASHEE_HISTORY_TURNS is malformed: it must be a whole number, 0 to 200")]
    [InlineData("SESSION_TABLE=a,AWS_ENDPOINT_URL_DYNAMODB=http://example.com", "AWS_ENDPOINT_URL_DYNAMODB is malformed: it must be https")]
    [InlineData("SESSION_TABLE=a,SESSION_BUCKET=b,AWS_ENDPOINT_URL_S3=ftp://x", "AWS_ENDPOINT_URL_S3 is malformed")]
    public void What_is_wrong_is_named(string variables, string problem) => Assert.Contains(
        problem, Read([.. Aws, .. variables.Split(',').Select(static pair => (pair.Split('=')[0], pair.Split('=')[1]))]).Problem!, StringComparison.Ordinal);

    [Fact]
    public void What_two_readers_miss_is_named_once() =>
        Assert.Equal("The function's configuration is invalid. AWS_REGION is missing.", Read([("SESSION_TABLE", "a"), .. Aws[1..]], times: 2).Problem);

    private static (bool HasStore, bool HasFiles, string? Problem) Read(params (string Name, string Value)[] variables) => Read(variables, times: 1);

    private static (bool HasStore, bool HasFiles, string? Problem) Read((string Name, string Value)[] variables, int times)
    {
        using NativeEnvironment environment = new();
        foreach ((string name, string value) in variables)
        {
            environment.Set(name, value);
        }

        SessionStore? store = null;
        Configuration configuration = new();
        for (int i = 0; i < times; i++)
        {
            store = SessionSettings.Read(configuration, TimeProvider.System);
        }

        try
        {
            configuration.ThrowIfInvalid();
            return (store is not null, store?.HasFiles == true, null);
        }
        catch (ConfigurationException e)
        {
            return (store is not null, store?.HasFiles == true, e.Message);
        }
    }
}
