using System.Globalization;
using System.Text;

namespace Hashee.Emulator.Sqs;

/// <summary>Names one receive of one message. Opaque to clients.</summary>
internal readonly record struct ReceiptHandle(string QueueArn, string MessageId, int ReceiveCount)
{
    /// <exception cref="SqsException">ReceiptHandleIsInvalid: not made by this queue.</exception>
    public static ReceiptHandle Parse(string text, string queueArn)
    {
        byte[] bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out int length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(' ') is [string arn, string id, string count]
            && arn == queueArn
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int receiveCount))
        {
            return new ReceiptHandle(arn, id, receiveCount);
        }

        throw SqsException.ReceiptHandleIsInvalid(text);
    }

    public override string ToString() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{QueueArn} {MessageId} {ReceiveCount}")));
}
