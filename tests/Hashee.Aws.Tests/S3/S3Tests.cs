using System.Security.Cryptography;
using Hashee.Host;

namespace Hashee.Aws.Tests.S3;

/// <summary>Against s3rver, which nobody here wrote.</summary>
public sealed class S3Tests(S3rver s3rver) : IClassFixture<S3rver>
{
    private const int Longest = 10_000_000;

    private readonly string _folder = $"{Guid.NewGuid()}";

    private static TimeLimit Soon => AwsTest.Soon;

    private S3Client Client => s3rver.Client;

    [Theory]
    [InlineData("a b+c é.jsonl")]
    [InlineData("a/b/c")]
    [InlineData("%41 & = ? # ~ ' \" ( ) * ! : @ $ , ;")]
    [InlineData("😀")]
    public async Task An_object_that_was_put_is_read_as_it_was(string name)
    {
        byte[] content = RandomNumberGenerator.GetBytes(1000);
        string key = $"{_folder}/{name}";

        (AwsOutcome put, string eTag) = await Client.PutObjectAsync(key, new() { Bytes = content, ContentType = "text/plain" }, Soon);
        using S3Object read = await Client.GetObjectAsync(key, Soon);

        Assert.True(put.IsAccepted, put.Reason);
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5(content))}\"", eTag);
        Assert.Equal((true, eTag, 1000L), (read.Outcome.IsAccepted, read.ETag, read.Length));
        Assert.Equal(content, (await read.ReadAllAsync(Longest)).Content);
    }

    [Fact]
    public async Task A_large_file_goes_up_and_comes_down_piece_by_piece()
    {
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, content, Soon.Token);
        await using (FileStream file = File.OpenRead(path))
        {
            Assert.True((await Client.PutObjectAsync($"{_folder}/large", new() { File = file }, Soon)).Outcome.IsAccepted);
        }

        File.Delete(path);
        using S3Object read = await Client.GetObjectAsync($"{_folder}/large", Soon);
        using MemoryStream received = new();
        byte[] piece = new byte[50_000];
        while (await read.ReadAsync(piece) is var count and > 0)
        {
            received.Write(piece, 0, count);
        }

        Assert.Equal(content, received.ToArray());
    }

    [Fact]
    public async Task An_object_that_is_too_large_is_not_read()
    {
        await Client.PutObjectAsync($"{_folder}/x", new() { Bytes = new byte[100] }, Soon);
        using S3Object read = await Client.GetObjectAsync($"{_folder}/x", Soon);

        Assert.Equal(new AwsOutcome(AwsOutcomeKind.Refused, "the object has more than 99 bytes", 200, ""), (await read.ReadAllAsync(99)).Outcome);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        using S3Object read = await Client.GetObjectAsync($"{_folder}/none", Soon);
        using S3Object head = await Client.HeadObjectAsync($"{_folder}/none", Soon);
        using S3Client other = s3rver.NewClient("other");
        using S3Object elsewhere = await other.GetObjectAsync("x", Soon);

        Assert.Equal(new AwsOutcome(AwsOutcomeKind.NotFound, "HTTP 404 NoSuchKey", 404, "NoSuchKey"), read.Outcome);
        Assert.Equal((-1L, "", null), (read.Length, read.ETag, read.Metadata("x")));
        Assert.Equal(0, await read.ReadAsync(new byte[1]));
        Assert.Equal((read.Outcome, 0), ((await read.ReadAllAsync(1)).Outcome, (await read.ReadAllAsync(1)).Content.Length));
        Assert.Equal(AwsOutcomeKind.NotFound, head.Outcome.Kind);
        Assert.Equal((AwsOutcomeKind.Refused, "NoSuchBucket"), (elsewhere.Outcome.Kind, elsewhere.Outcome.Code));
    }

    [Fact]
    public async Task A_head_has_length_ETag_and_metadata()
    {
        (_, string eTag) = await Client.PutObjectAsync(
            $"{_folder}/x", new() { Bytes = new byte[12], Metadata = [("source-etag", "\"abc\"")] }, Soon);
        using S3Object head = await Client.HeadObjectAsync($"{_folder}/x", Soon);

        Assert.Equal((true, eTag, 12L), (head.Outcome.IsAccepted, head.ETag, head.Length));
        Assert.Equal("\"abc\"", head.Metadata("Source-ETag"));
        Assert.Null(head.Metadata("other"));
    }

    [Fact]
    public async Task An_object_that_was_deleted_is_gone_and_may_be_deleted_again()
    {
        await Client.PutObjectAsync($"{_folder}/x", new(), Soon);
        Assert.True((await Client.DeleteObjectAsync($"{_folder}/x", Soon)).IsAccepted);
        Assert.True((await Client.DeleteObjectAsync($"{_folder}/x", Soon)).IsAccepted);

        using S3Object read = await Client.HeadObjectAsync($"{_folder}/x", Soon);
        Assert.Equal(AwsOutcomeKind.NotFound, read.Outcome.Kind);
    }

    private static byte[] MD5(byte[] content)
    {
        byte[] digest = new byte[16];
        Hashee.Host.Native.LibCrypto.Md5(content, digest);
        return digest;
    }
}
