using System.Text;
using Hashee.Emulator.Platform;

namespace Hashee.Emulator.Terminal;

/// <summary>
/// The secrets of a local world in files, so that none has to be printed: for the AWS CLI, and for programs that play a part of their own.
/// Only their owner can read them; they are deleted on dispose.
/// </summary>
internal sealed class WorldFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hashee-world-");

    public WorldFiles(LocalWorld world, LocalUser user)
    {
        AwsAccount account = world.Sqs.Account;
        Agent agent = world.Agent;
        Device device = user.Device;
        CredentialsPath = Write("credentials", $"""
            [default]
            aws_access_key_id = {account.AccessKeyId}
            aws_secret_access_key = {account.SecretAccessKey}
            aws_session_token = {account.SessionToken}

            """);
        SecretsPath = Write("world.env", $"""
            HASHEE_AGENT_ID={agent.Id}
            HASHEE_AGENT_TOKEN={agent.Token}
            HASHEE_WEBHOOK_SECRET={agent.WebhookSecret}
            HASHEE_X25519_PRIVATE_BASE64={agent.DecryptionKeyBase64}
            HASHEE_ED25519_PRIVATE_BASE64={agent.SigningKeyBase64}
            HASHEE_BASE_URL={world.Platform.BaseUrl.GetLeftPart(UriPartial.Authority)}
            LOCAL_WEBHOOK_URL={agent.WebhookUrl}
            LOCAL_CONVERSATION_ID={user.Conversation.Id}
            LOCAL_USER_ID={device.Owner.Id}
            LOCAL_USER_X25519_PRIVATE_BASE64={device.DecryptionKeyBase64}
            LOCAL_USER_ED25519_PRIVATE_BASE64={device.SigningKeyBase64}

            """);
    }

    /// <summary>For <c>AWS_SHARED_CREDENTIALS_FILE</c>.</summary>
    public string CredentialsPath { get; }

    /// <summary>Ids, token, secret and keys of the agent and of the user as <c>NAME=VALUE</c>, one a line.</summary>
    public string SecretsPath { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream file = new(path, options);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
