{{/* What the values say that an admin should know of, as a JSON list of sentences. */}}
{{- define "larder.notes" -}}
{{- $config := include "larder.config" . | fromJson -}}
{{- $text := $config | toJson -}}
{{- $notes := list -}}
{{- $missing := include "larder.missing" . | fromJson -}}
{{- if and .Values.mountConfig .Values.configFiles $missing -}}
{{- $notes = append $notes (printf "The configuration does not say %s; the chart has added what a pod needs there." (keys $missing | sortAlpha | join ", ")) -}}
{{- end -}}

{{- $root := include "larder.text" (dict "in" $config "path" "storage.rootDirectory") -}}
{{- $below := or (eq $root "/var/lib/registry") (hasPrefix "/var/lib/registry/" $root) -}}
{{- range .Values.extraVolumeMounts -}}{{- if hasPrefix .mountPath $root -}}{{- $below = true -}}{{- end -}}{{- end -}}
{{- if and .Values.mountConfig .Values.configFiles (not $below) -}}
{{- $notes = append $notes (printf "storage.rootDirectory is %s, and the volume is at /var/lib/registry: nothing can be written there." $root) -}}
{{- end -}}

{{- $request := dig "requests" "memory" "" .Values.resources -}}
{{- if gt (include "larder.mebibytes" $request | int) 256 -}}
{{- $notes = append $notes (printf "resources.requests.memory is %s. Larder needs 64Mi, and 128Mi when many nodes pull at once; what was set for Zot lies idle." $request) -}}
{{- end -}}
{{- range .Values.env -}}
{{- if eq .name "GOGC" -}}
{{- $notes = append $notes "env: GOGC does nothing here; Larder is not written in Go." -}}
{{- else if eq .name "GOMEMLIMIT" -}}
{{- $notes = append $notes "env: Larder keeps within the memory limit of the container by itself; GOMEMLIMIT is not needed." -}}
{{- end -}}
{{- end -}}
{{- if and (eq (.Values.strategy.type | default "") "Recreate") (eq (include "larder.workload" .) "Deployment") -}}
{{- $notes = append $notes "strategy.type is Recreate: each upgrade is a gap. Larder takes no lock on its volume, and can be rolled." -}}
{{- end -}}

{{- range $old, $new := dict "k8s.gcr.io" "registry.k8s.io" "docker.pkg.github.com" "ghcr.io" -}}
{{- if contains (printf "://%s" $old) $text -}}
{{- $notes = append $notes (printf "A sync rule names %s, which has moved to %s." $old $new) -}}
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
{{- $notes = append $notes "basicAuth names a user for Prometheus, but no ServiceMonitor is made: set metrics.enabled and metrics.serviceMonitor.enabled." -}}
{{- end -}}
{{- if include "larder.get" (dict "in" $config "path" "http.accessControl") -}}
{{- $readers := include "larder.get" (dict "in" $config "path" "http.accessControl.metrics.users") -}}
{{- $anonymous := include "larder.get" (dict "in" $config "path" "http.accessControl.metrics.anonymousPolicy") -}}
{{- $names := list -}}
{{- with $readers -}}{{- $names = (fromJson .).value -}}{{- end -}}
{{- if and $auth (not $anonymous) (not (has (toString $auth.username) $names)) -}}
{{- $notes = append $notes (printf "http.accessControl.metrics does not name %s, whom Prometheus logs in as." $auth.username) -}}
{{- else if and $monitored (not $auth) (not $anonymous) -}}
{{- $notes = append $notes "The ServiceMonitor has no log-in, and http.accessControl lets nobody read the metrics without one." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.podDisruptionBudget.enabled (eq (int .Values.replicaCount) 1) (eq (toString .Values.podDisruptionBudget.minAvailable) "1") -}}
{{- $notes = append $notes "podDisruptionBudget.minAvailable is 1 of 1 pods: no node can be drained while the pod is on it." -}}
{{- end -}}
{{- $notes | toJson -}}
{{- end -}}
