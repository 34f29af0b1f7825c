using System.Text;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.S3;

/// <summary>npm's s3rver with an empty bucket.</summary>
public sealed class S3rver : IDisposable
{
    private readonly NodeProgram _program = new("s3rver");

    public S3rver() => Client = NewClient("bucket");

    internal S3Client Client { get; }

    internal S3Client NewClient(string bucket) => new(
        new AwsSettings { Region = "us-east-1", AccessKeyId = "S3RVER", SecretAccessKey = Encoding.ASCII.GetBytes("S3RVER") },
        AwsTest.OriginOf(_program.Port),
        bucket);

    public void Dispose()
    {
        Client.Dispose();
        _program.Dispose();
    }
}
