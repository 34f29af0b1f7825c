namespace Hashee.Emulator.Http;

/// <summary>Reads whole request bodies.</summary>
internal static class RequestBody
{
    extension(HttpRequest request)
    {
        /// <summary>The body, or null when it is longer than the limit.</summary>
        /// <param name="limit">Bytes. A longer body is read to its end, so that the client sees the answer, and dropped.</param>
        /// <param name="cancellationToken">Ends the read.</param>
        public async Task<byte[]?> ReadBodyAsync(int limit, CancellationToken cancellationToken)
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

            return total <= limit ? body.ToArray() : null;
        }
    }
}
