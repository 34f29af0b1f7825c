// The machine's floor: GET /next, POST a fixed response, again. No allocation, no library but libc.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[64 * 1024];

// Reads one HTTP message with a Content-Length. Returns the length of its head, or 0 when the peer has closed.
static size_t receive(int fd) {
    size_t used = 0;
    for (;;) {
        ssize_t n = read(fd, buffer + used, sizeof buffer - 1 - used);
        if (n <= 0) {
            return 0;
        }
        used += (size_t)n;
        buffer[used] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (end == NULL) {
            continue;
        }
        size_t head = (size_t)(end - buffer) + 4;
        char *length = strcasestr(buffer, "\r\ncontent-length:");
        if (length == NULL || used >= head + strtoul(length + 17, NULL, 10)) {
            return head;
        }
    }
}

static int transmit(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0) {
            return -1;
        }
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

int main(void) {
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    const char *colon = api ? strrchr(api, ':') : NULL;
    char host[64];
    if (colon == NULL || (size_t)(colon - api) >= sizeof host) {
        fputs("AWS_LAMBDA_RUNTIME_API must be address:port\n", stderr);
        return 1;
    }
    memcpy(host, api, (size_t)(colon - api));
    host[colon - api] = 0;

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("cannot connect to AWS_LAMBDA_RUNTIME_API");
        return 1;
    }

    char request[512];
    int next = snprintf(request, sizeof request, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", api);
    static char response[512];
    for (;;) {
        if (transmit(fd, request, (size_t)next) != 0 || receive(fd) == 0) {
            return 1;
        }
        char *id = strcasestr(buffer, "\r\nlambda-runtime-aws-request-id:");
        if (id == NULL) {
            fputs("the Runtime API sent no request id\n", stderr);
            return 1;
        }
        id += 32;
        id += strspn(id, " ");
        int length = snprintf(response, sizeof response,
            "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: %s\r\nContent-Length: 30\r\n\r\n"
            "{\"statusCode\":200,\"body\":\"ok\"}",
            (int)strcspn(id, "\r\n "), id, api);
        if (transmit(fd, response, (size_t)length) != 0 || receive(fd) == 0) {
            return 1;
        }
    }
}
