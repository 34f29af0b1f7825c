using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public class SessionsFolderTests
{
    [Fact]
    public void The_worker_of_a_local_world_gets_a_folder_that_goes_with_the_world()
    {
        Dictionary<string, string?> variables = [];
        string folder;
        using (new SessionsFolder(variables))
        {
            folder = Assert.Single(variables, static variable => variable.Key == "HASHEE_SESSIONS_FOLDER").Value!;
            File.WriteAllText(Path.Combine(folder, "session.json"), "{}");
        }

        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("HASHEE_SESSIONS_FOLDER", "/var/lib/sessions")]
    [InlineData("HASHEE_SESSIONS_FOLDER", "")]
    [InlineData("SESSION_TABLE", "table")]
    [InlineData("STATE_TABLE", "table")]
    [InlineData("SESSION_BUCKET", "bucket")]
    public void Whoever_says_where_sessions_are_gets_no_other_place(string name, string value)
    {
        Dictionary<string, string?> variables = new() { [name] = value };

        using (new SessionsFolder(variables))
        {
            Assert.Equal(new KeyValuePair<string, string?>(name, value), Assert.Single(variables));
        }
    }
}
