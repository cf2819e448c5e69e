{{/* Notes on the values for the admin, as a JSON list of sentences. */}}
{{- define "larder.notes" -}}
{{- $config := include "larder.config" . | fromJson -}}
{{- $text := $config | toJson -}}
{{- $notes := list -}}
{{- $missing := include "larder.missing" . | fromJson -}}
{{- if and .Values.mountConfig .Values.configFiles $missing -}}
{{- $notes = append $notes (printf "The configuration does not set %s; the chart has added the values that a pod needs." (keys $missing | sortAlpha | join ", ")) -}}
{{- end -}}

{{- $root := include "larder.text" (dict "in" $config "path" "storage.rootDirectory") -}}
{{- $below := or (eq $root "/var/lib/registry") (hasPrefix "/var/lib/registry/" $root) -}}
{{- range .Values.extraVolumeMounts -}}{{- if hasPrefix .mountPath $root -}}{{- $below = true -}}{{- end -}}{{- end -}}
{{- if and .Values.mountConfig .Values.configFiles (not $below) -}}
{{- $notes = append $notes (printf "storage.rootDirectory is %s, but the volume is mounted at /var/lib/registry: the data directory is not writable." $root) -}}
{{- end -}}

{{- $request := dig "requests" "memory" "" .Values.resources -}}
{{- if gt (include "larder.mebibytes" $request | int) 256 -}}
{{- $notes = append $notes (printf "resources.requests.memory is %s. Larder needs 64Mi, or 128Mi when many nodes pull at once; the rest that was requested for Zot is unused." $request) -}}
{{- end -}}
{{- range .Values.env -}}
{{- if eq .name "GOGC" -}}
{{- $notes = append $notes "env: GOGC has no effect; Larder is not written in Go." -}}
{{- else if eq .name "GOMEMLIMIT" -}}
{{- $notes = append $notes "env: GOMEMLIMIT is not needed; Larder stays within the container's memory limit by itself." -}}
{{- end -}}
{{- end -}}
{{- if and (eq (.Values.strategy.type | default "") "Recreate") (eq (include "larder.workload" .) "Deployment") -}}
{{- $notes = append $notes "strategy.type is Recreate: each upgrade causes downtime. Larder does not lock its volume, so RollingUpdate works." -}}
{{- end -}}

{{- range $old, $new := dict "k8s.gcr.io" "registry.k8s.io" "docker.pkg.github.com" "ghcr.io" -}}
{{- if contains (printf "://%s" $old) $text -}}
{{- $notes = append $notes (printf "A sync rule uses %s, which has moved to %s." $old $new) -}}
{{- end -}}
{{- end -}}

{{- if .Values.giantswarm.images.zot -}}
{{- $notes = append $notes "giantswarm.images.zot has no effect; the image is giantswarm.images.larder." -}}
{{- end -}}
{{- if .Values.image.repository -}}
{{- $notes = append $notes "image.repository has no effect; the image is giantswarm.images.larder." -}}
{{- end -}}

{{- $auth := include "larder.basicAuth" . | fromJson -}}
{{- $monitored := and .Values.metrics.enabled .Values.metrics.serviceMonitor.enabled -}}
{{- if and $auth (not $monitored) -}}
{{- $notes = append $notes "basicAuth sets credentials for Prometheus, but no ServiceMonitor is created: set metrics.enabled and metrics.serviceMonitor.enabled." -}}
{{- end -}}
{{- if include "larder.get" (dict "in" $config "path" "http.accessControl") -}}
{{- $readers := include "larder.get" (dict "in" $config "path" "http.accessControl.metrics.users") -}}
{{- $anonymous := include "larder.get" (dict "in" $config "path" "http.accessControl.metrics.anonymousPolicy") -}}
{{- $names := list -}}
{{- with $readers -}}{{- $names = (fromJson .).value -}}{{- end -}}
{{- if and $auth (not $anonymous) (not (has (toString $auth.username) $names)) -}}
{{- $notes = append $notes (printf "http.accessControl.metrics does not list %s, the user that Prometheus logs in as." $auth.username) -}}
{{- else if and $monitored (not $auth) (not $anonymous) -}}
{{- $notes = append $notes "The ServiceMonitor has no credentials, and http.accessControl does not allow anonymous users to read metrics." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.podDisruptionBudget.enabled (eq (int .Values.replicaCount) 1) (eq (toString .Values.podDisruptionBudget.minAvailable) "1") -}}
{{- $notes = append $notes "podDisruptionBudget.minAvailable is 1 with 1 pod: the pod's node cannot be drained." -}}
{{- end -}}
{{- if and .Values.route.enabled (not .Values.route.parentRefs) -}}
{{- $notes = append $notes "route.parentRefs is empty: the route is attached to no Gateway, and nothing comes in by it." -}}
{{- end -}}
{{- $notes | toJson -}}
{{- end -}}
