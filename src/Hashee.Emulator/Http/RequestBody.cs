namespace Hashee.Emulator.Http;

/// <summary>Reads whole request bodies.</summary>
internal static class RequestBody
{
    extension(HttpRequest request)
    {
        /// <summary>Reads to the end.</summary>
        /// <param name="limit">Bytes. A longer body is read too, so that the client sees the answer, but dropped.</param>
        /// <param name="cancellationToken">Ends the read.</param>
        /// <returns>The body, null when it is longer than the limit, and how long it was.</returns>
        public async Task<(byte[]? Body, long Length)> ReadBodyAsync(int limit, CancellationToken cancellationToken)
        {
            using MemoryStream body = new();
            byte[] buffer = new byte[64 * 1024];
            long total = 0;
            int count;
            while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                total += count;
                if (total <= limit)
                {
                    body.Write(buffer, 0, count);
                }
            }

            return (total <= limit ? body.ToArray() : null, total);
        }
    }
}
