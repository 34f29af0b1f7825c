using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class CredentialsFileTests
{
    [Fact]
    public void The_credentials_are_in_the_format_of_the_AWS_CLI_and_readable_by_their_owner_only()
    {
        AwsAccount account = AwsAccount.CreateRandom();
        using CredentialsFile file = new(account);

        Assert.Equal(
            ["[default]", $"aws_access_key_id = {account.AccessKeyId}", $"aws_secret_access_key = {account.SecretAccessKey}", $"aws_session_token = {account.SessionToken}"],
            File.ReadAllLines(file.Path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new DirectoryInfo(Path.GetDirectoryName(file.Path)!).UnixFileMode);
    }

    [Fact]
    public void They_are_gone_on_dispose()
    {
        CredentialsFile file = new(AwsAccount.CreateRandom());

        file.Dispose();

        Assert.False(Path.Exists(Path.GetDirectoryName(file.Path)));
    }
}
