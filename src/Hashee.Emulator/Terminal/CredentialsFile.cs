namespace Hashee.Emulator.Terminal;

/// <summary>
/// The local world's AWS credentials in a file for <c>AWS_SHARED_CREDENTIALS_FILE</c>, so that the AWS CLI can sign for its queues
/// and no secret is printed. Only its owner can read it; it is deleted on dispose.
/// </summary>
internal sealed class CredentialsFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hashee-aws-");

    public CredentialsFile(AwsAccount account)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "credentials");
        File.WriteAllText(Path, $"""
            [default]
            aws_access_key_id = {account.AccessKeyId}
            aws_secret_access_key = {account.SecretAccessKey}
            aws_session_token = {account.SessionToken}

            """);
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
