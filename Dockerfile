# One node; data in the volume /data. Not built where this was written (docs/deployment.md).
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
# Packages first: they change less often than sources.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/IdResolution.Core/IdResolution.Core.csproj src/IdResolution.Core/
COPY src/IdResolution.Storage/IdResolution.Storage.csproj src/IdResolution.Storage/
COPY src/IdResolution.HandleProtocol/IdResolution.HandleProtocol.csproj src/IdResolution.HandleProtocol/
COPY src/IdResolution.Server/IdResolution.Server.csproj src/IdResolution.Server/
RUN dotnet restore src/IdResolution.Server
COPY .editorconfig ./
COPY protos/ protos/
COPY src/ src/
# The final image has no shell to make a directory with: its files are laid out here.
RUN dotnet publish src/IdResolution.Server -c Release -o /image/app --no-restore \
  && install -d -m 0700 /image/data

# Neither shell nor package manager, a user without rights; "extra" brings the time zones and ICU, which plant time and SQL Server's client need.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.0-noble-chiseled-extra
# 1654 is the user of Microsoft's images, APP_UID.
COPY --from=build --chown=0:0 /image/app /app
COPY --from=build --chown=1654:1654 /image/data /data
ENV PATH="/app:$PATH" \
    IDR__Data=/data
USER 1654:1654
WORKDIR /data
VOLUME /data
# HTTP; gRPC; the Handle protocol.
EXPOSE 8080 8081 2641/tcp 2641/udp
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["idnode", "health"]
ENTRYPOINT ["idnode"]
CMD ["serve"]
